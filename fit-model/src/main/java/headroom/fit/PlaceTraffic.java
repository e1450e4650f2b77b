package headroom.fit;

import headroom.device.Device;
import headroom.speed.Backend;
import headroom.speed.WeightTraffic;

/**
 * What one place of a machine does for one step of decode.
 *
 * @param card its index, or {@link Layout#HOST}
 * @param device that holds the weights and computes with them
 * @param backend through which it computes
 * @param weights read and multiplied there
 * @param cacheBytes keys and values read there
 * @param stateBytes recurrent states read and written there
 * @param visits how often a token comes to this place
 */
public record PlaceTraffic(
    int card,
    Device device,
    Backend backend,
    WeightTraffic weights,
    double cacheBytes,
    double stateBytes,
    int visits) {
  boolean isHost() {
    return card == Layout.HOST;
  }
}
