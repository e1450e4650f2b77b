package headroom.agent.cli;

import java.util.ArrayList;
import java.util.List;

/** Sources of a report, numbered in the order in which they are first named. */
final class Sources {
  private final List<String> texts = new ArrayList<>();

  /** The number of a source, from 1. */
  int number(String text) {
    int known = texts.indexOf(text);
    if (known < 0) {
      texts.add(text);
      known = texts.size() - 1;
    }
    return known + 1;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < texts.size(); at++) {
      lines.add(Wrapped.text("[%d] ".formatted(at + 1), "    ", texts.get(at)));
    }
    return lines;
  }
}
