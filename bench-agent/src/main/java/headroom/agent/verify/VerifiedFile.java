package headroom.agent.verify;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How one golden file went.
 *
 * @param file its path below the golden folder
 * @param kind {@code model}, {@code tokenizer} or {@code dequant}
 * @param status whether it agreed
 * @param maxAbs largest distance of a compared logit or weight
 * @param rms root mean square of the distances that the tolerance speaks of
 * @param greedyAgreed steps of greedy decoding that chose the same token
 * @param reason what disagreed, or why it could not be tried
 */
public record VerifiedFile(
    String file,
    Kind kind,
    Status status,
    OptionalDouble maxAbs,
    OptionalDouble rms,
    OptionalInt greedyAgreed,
    Optional<String> reason) {

  /** What a golden file holds. */
  public enum Kind {
    MODEL,
    TOKENIZER,
    DEQUANT
  }

  /** How the engine did. */
  public enum Status {
    PASS,
    FAIL,
    /** The engine says that it does not know the architecture, format or vocabulary. */
    UNSUPPORTED
  }

  static VerifiedFile without(String file, Kind kind, Status status, String reason) {
    return new VerifiedFile(
        file,
        kind,
        status,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        Optional.of(reason));
  }
}
