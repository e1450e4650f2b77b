/** Holds the calculator's predictions against real logs and measurements. */
@NullMarked
package headroom.accuracy;

import org.jspecify.annotations.NullMarked;
