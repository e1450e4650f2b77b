package headroom.fit;

import headroom.device.Device;
import headroom.speed.Backend;
import headroom.speed.WeightTraffic;

/**
 * What one place of a machine does for one step of decode.
 *
 * @param device that holds the weights and computes with them
 * @param backend through which it computes
 * @param weights read and multiplied there
 * @param cacheBytes keys and values read there
 * @param stateBytes recurrent states read and written there
 * @param linkBytes moved between this place and the one before it
 */
public record PlaceTraffic(
    Device device,
    Backend backend,
    WeightTraffic weights,
    double cacheBytes,
    double stateBytes,
    double linkBytes) {}
