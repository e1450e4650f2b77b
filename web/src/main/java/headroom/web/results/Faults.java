package headroom.web.results;

import java.util.ArrayList;
import java.util.List;

/** Collects the faults of one document, up to a bound. */
final class Faults {
  /** More would only hide the first ones; the sender mends and tries again. */
  private static final int BOUND = 100;

  private final List<Fault> found = new ArrayList<>();

  void add(String path, String message) {
    if (found.size() < BOUND) {
      found.add(new Fault(path, message));
    }
  }

  /** Adds a fault unless the condition holds. */
  void check(boolean holds, String path, String message) {
    if (!holds) {
      add(path, message);
    }
  }

  int count() {
    return found.size();
  }

  boolean none() {
    return found.isEmpty();
  }

  List<Fault> list() {
    return List.copyOf(found);
  }
}
