/** Quantities with their unit in the type: bytes, bytes per second, tokens per second. */
@NullMarked
package headroom.units;

import org.jspecify.annotations.NullMarked;
