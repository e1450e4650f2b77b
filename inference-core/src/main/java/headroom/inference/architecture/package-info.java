/** How each architecture's metadata and tensor names become a transformer. */
@NullMarked
package headroom.inference.architecture;

import org.jspecify.annotations.NullMarked;
