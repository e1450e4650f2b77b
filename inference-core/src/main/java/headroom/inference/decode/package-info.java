/** Sessions and the loops that generate text with them. */
@NullMarked
package headroom.inference.decode;

import org.jspecify.annotations.NullMarked;
