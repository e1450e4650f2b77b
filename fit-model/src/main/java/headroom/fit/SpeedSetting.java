package headroom.fit;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.speed.Backend;
import headroom.speed.Era;
import java.util.Optional;

/**
 * The program that a speed is predicted for.
 *
 * @param backend through which it computes
 * @param era when it was built
 */
public record SpeedSetting(Backend backend, Era era) {

  /** Today's build of the question's engine; empty where no device like it was measured. */
  public static Optional<SpeedSetting> of(FitQuestion question) {
    Device device = question.device();
    if (question.engine() instanceof Engine.Embedded) {
      return device.kind() == DeviceKind.CPU_MEMORY
          ? Optional.of(new SpeedSetting(Backend.EMBEDDED, Era.CURRENT))
          : Optional.empty();
    }
    if (question.engine() instanceof Engine.Mlx && device.kind() == DeviceKind.APPLE_SOC) {
      return Optional.of(new SpeedSetting(Backend.MLX, Era.CURRENT));
    }
    return Backend.usual(device).map(backend -> new SpeedSetting(backend, Era.CURRENT));
  }
}
