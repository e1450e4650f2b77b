package headroom.agent.cli;

import headroom.fit.DeadEnd;
import headroom.fit.Remedies;
import headroom.fit.Remedy;
import java.util.ArrayList;
import java.util.List;

/** What would make a model fit, and what would not. */
final class RemedyText {
  private RemedyText() {}

  static List<String> of(Remedies remedies) {
    List<String> lines = new ArrayList<>();
    if (!remedies.remedies().isEmpty()) {
      lines.add("");
      lines.add("What would make it fit:");
      for (Remedy one : remedies.remedies()) {
        lines.add(Wrapped.text("- ", "  ", one.what() + ": " + one.effect()));
      }
      if (remedies.remedies().stream().anyMatch(one -> one.assumed().isPresent())) {
        lines.add("Say what your host has with --host-memory and --host-bandwidth.");
      }
    }
    if (!remedies.deadEnds().isEmpty()) {
      lines.add("");
      lines.add("What would not, by itself:");
      for (DeadEnd one : remedies.deadEnds()) {
        lines.add(Wrapped.text("- ", "  ", one.change().what() + ": " + one.effect()));
      }
    }
    return lines;
  }
}
