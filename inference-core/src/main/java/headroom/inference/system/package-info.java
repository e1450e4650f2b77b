/** Functions of the operating system, called from Java. */
@NullMarked
package headroom.inference.system;

import org.jspecify.annotations.NullMarked;
