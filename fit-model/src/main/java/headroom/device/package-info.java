/** What a device can hold and how fast it can read and compute. */
@NullMarked
package headroom.device;

import org.jspecify.annotations.NullMarked;
