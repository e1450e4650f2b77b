package headroom.web.results;

import java.util.Optional;
import java.util.UUID;

/** Reads a run's id from an address. */
final class RunId {
  private RunId() {}

  /** Empty where the text is no UUID. */
  static Optional<UUID> parse(String text) {
    try {
      return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
    } catch (IllegalArgumentException notAUuid) {
      return Optional.empty();
    }
  }
}
