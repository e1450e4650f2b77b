package headroom.web.results;

import java.util.List;
import java.util.UUID;

/** What became of an upload. */
sealed interface Receipt {
  /** Written and committed now. */
  record Stored(UUID id) implements Receipt {}

  /** The same bytes were committed before. */
  record AlreadyThere(UUID id) implements Receipt {}

  /** Another document holds this id; nothing was written. */
  record Conflict(UUID id) implements Receipt {}

  /** Nothing was written. */
  record Faulty(List<Fault> faults) implements Receipt {}

  /** Nothing was written. */
  record Malformed(String message) implements Receipt {}
}
