/** Holds the calculator's predictions against real logs and measurements. */
@NullMarked
package headroom.agent.accuracy;

import org.jspecify.annotations.NullMarked;
