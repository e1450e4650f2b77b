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

  String id() {
    return id;
  }
}
