/** How long a token takes on a device: the arithmetic of speed and its calibrated constants. */
@NullMarked
package headroom.speed;

import org.jspecify.annotations.NullMarked;
