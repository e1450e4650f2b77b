package headroom.knob;

import headroom.device.Device;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Whether a paper's measurements were made on a device like the one in question. */
final class Evidence {
  /** Words that make another chip of a name: an RTX 4090 Mobile is no RTX 4090. */
  private static final Set<String> OTHER_CHIP =
      Set.of("mobile", "laptop", "d", "ti", "super", "max-q");

  private Evidence() {}

  /** A sentence where the hardware is known and none of it is this device. */
  static Optional<String> elsewhere(List<String> hardware, Device device) {
    if (hardware.isEmpty() || hardware.stream().anyMatch(name -> names(device.name(), name))) {
      return Optional.empty();
    }
    return Optional.of(
        "Measured only on %s, not on %s: bytes hold anywhere, speeds may not."
            .formatted(listed(hardware), device.name()));
  }

  /** {@code A100, A6000 and T4}. */
  static String listed(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.getFirst()
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private static boolean names(String device, String chip) {
    List<String> words = words(device);
    List<String> wanted = words(chip);
    for (int at = 0; at + wanted.size() <= words.size(); at++) {
      int next = at + wanted.size();
      if (words.subList(at, next).equals(wanted)
          && (next == words.size() || !OTHER_CHIP.contains(words.get(next)))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> words(String name) {
    return List.of(name.toLowerCase(Locale.ROOT).split("[^a-z0-9-]+"));
  }
}
