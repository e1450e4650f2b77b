package headroom.device;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a host runs under; drivers keep different amounts of a card back. */
public enum OperatingSystem {
  LINUX,
  WINDOWS,
  MACOS;

  /** The name for command lines and URLs: {@code linux}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The system of this name in any case, with whatever stands around it ({@code Microsoft Windows
   * 11}).
   */
  public static Optional<OperatingSystem> named(String text) {
    String name = text.strip().toLowerCase(Locale.ROOT).replace("mac os", "macos");
    return Arrays.stream(values()).filter(system -> name.contains(system.id())).findFirst();
  }
}
