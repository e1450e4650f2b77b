/** The question "does it fit, and how fast", its answer, and the arithmetic between them. */
@NullMarked
package headroom.fit;

import org.jspecify.annotations.NullMarked;
