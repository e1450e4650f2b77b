package headroom.paper;

import java.util.Arrays;
import java.util.Optional;

/** How much a reader should know already. */
public enum Level {
  STARTER("Starter"),
  INTERMEDIATE("Intermediate"),
  ADVANCED("Advanced");

  private final String label;

  Level(String label) {
    this.label = label;
  }

  /** As it is written in the files and on the pages. */
  public String label() {
    return label;
  }

  /** The level with this label, in any case. */
  public static Optional<Level> byLabel(String label) {
    return Arrays.stream(values()).filter(l -> l.label.equalsIgnoreCase(label)).findFirst();
  }
}
