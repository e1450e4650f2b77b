package headroom.claim;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A statement that articles and forums repeat, and the way to check it.
 *
 * @param id the file name
 * @param statement what is said, in our words
 * @param lesson what to keep in mind, whether it holds or not
 * @param bits one of these is there: how the statement is computed
 */
public record Claim(
    String id,
    String statement,
    String lesson,
    Optional<BitsCheck> bits,
    Optional<CacheCheck> cache,
    Optional<FitsCheck> fits,
    Optional<ParametersCheck> parameters,
    Optional<SizeCheck> size,
    Optional<SpeedCheck> speed) {

  public Claim {
    Objects.requireNonNull(statement, "key 'statement' is missing");
    Objects.requireNonNull(lesson, "key 'lesson' is missing");
    List<Check> checks =
        Stream.<Optional<? extends Check>>of(bits, cache, fits, parameters, size, speed)
            .<Check>flatMap(Optional::stream)
            .toList();
    if (checks.size() != 1) {
      throw new IllegalArgumentException(
          "%d checks; wanted exactly one of [bits], [cache], [fits], [parameters], [size], [speed]"
              .formatted(checks.size()));
    }
  }

  /** The one check. */
  public Check check() {
    return Stream.<Optional<? extends Check>>of(bits, cache, fits, parameters, size, speed)
        .<Check>flatMap(Optional::stream)
        .findFirst()
        .orElseThrow();
  }
}
