package headroom.web.results;

import jakarta.persistence.EnumeratedValue;

/** Whether a run takes part in rankings. */
enum RunState {
  /** Nothing speaks against it. */
  ACCEPTED("accepted"),
  /** Kept and shown with the reason, never ranked. */
  QUARANTINED("quarantined");

  @EnumeratedValue private final String id;

  RunState(String id) {
    this.id = id;
  }

  /** The state of this id, as columns and addresses write it. */
  static RunState of(String id) {
    for (RunState state : values()) {
      if (state.id.equals(id)) {
        return state;
      }
    }
    throw new IllegalArgumentException(
        "no state '%s'; wanted accepted or quarantined".formatted(id));
  }

  String id() {
    return id;
  }
}
