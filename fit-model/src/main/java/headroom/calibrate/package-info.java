/** Fits the constants of speed to measurements, and says how far they carry to other devices. */
@NullMarked
package headroom.calibrate;

import org.jspecify.annotations.NullMarked;
