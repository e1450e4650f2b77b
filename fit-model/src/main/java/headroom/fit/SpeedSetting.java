package headroom.fit;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.speed.Backend;
import headroom.speed.Era;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The program that a speed is predicted for.
 *
 * @param backend through which it computes
 * @param era when it was built
 */
public record SpeedSetting(Backend backend, Era era) {

  private static final Map<Backend, Optional<SpeedSetting>> TODAY = new EnumMap<>(Backend.class);

  static {
    for (Backend backend : Backend.values()) {
      TODAY.put(backend, Optional.of(new SpeedSetting(backend, Era.CURRENT)));
    }
  }

  /** Today's build of the question's engine; empty where no device like it was measured. */
  public static Optional<SpeedSetting> of(FitQuestion question) {
    Device device = question.device();
    if (question.engine() instanceof Engine.Embedded) {
      return device.kind() == DeviceKind.CPU_MEMORY ? today(Backend.EMBEDDED) : Optional.empty();
    }
    if (question.engine() instanceof Engine.Mlx && device.kind() == DeviceKind.APPLE_SOC) {
      return today(Backend.MLX);
    }
    Optional<Backend> usual = Backend.usual(device);
    return usual.isEmpty() ? Optional.empty() : today(usual.get());
  }

  private static Optional<SpeedSetting> today(Backend backend) {
    return TODAY.getOrDefault(backend, Optional.empty());
  }
}
