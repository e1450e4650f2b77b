package headroom.agent.hardware;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the machine runs from mains or battery, from {@code /sys/class/power_supply} (<a
 * href="https://docs.kernel.org/power/power_supply_class.html">kernel documentation</a>).
 */
final class PowerSource {
  private PowerSource() {}

  /**
   * Judges the supplies.
   *
   * @param supplies for each supply the content of {@code type}, {@code scope}, {@code online} and
   *     {@code status}, where they exist
   * @return {@code mains}, {@code battery}, or empty where no supply tells
   */
  static Optional<String> parse(List<Map<String, String>> supplies) {
    boolean battery = false;
    for (Map<String, String> supply : supplies) {
      // Batteries of mice and keyboards have scope "Device".
      if (value(supply, "scope").equals("Device")) {
        continue;
      }
      switch (value(supply, "type")) {
        case "Mains", "USB" -> {
          if (value(supply, "online").equals("1")) {
            return Optional.of("mains");
          }
        }
        case "Battery" -> battery |= value(supply, "status").equals("Discharging");
        default -> {}
      }
    }
    return battery ? Optional.of("battery") : Optional.empty();
  }

  private static String value(Map<String, String> supply, String key) {
    return supply.getOrDefault(key, "").strip();
  }
}
