/** How far predictions lie from reality, case by case. */
@NullMarked
package headroom.web.accuracy;

import org.jspecify.annotations.NullMarked;
