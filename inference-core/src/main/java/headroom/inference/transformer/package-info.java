/** The one forward pass that every architecture here shares. */
@NullMarked
package headroom.inference.transformer;

import org.jspecify.annotations.NullMarked;
