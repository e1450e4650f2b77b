package headroom.calibrate;

import headroom.accuracy.SpeedCase;
import headroom.speed.DeviceTraits;
import java.util.function.ToDoubleFunction;

/**
 * A measurement as a regression takes it.
 *
 * @param source the case
 * @param traits which constants hold for it
 * @param logSeconds logarithm of the measured time of one token
 * @param predict logarithm of the time by constants {@code R}
 * @param <R> constants of one kind of device
 */
record Observation<R>(
    SpeedCase source, DeviceTraits traits, double logSeconds, ToDoubleFunction<R> predict) {}
