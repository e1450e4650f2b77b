/** Techniques from papers as changes to a fit question. */
@NullMarked
package headroom.knob;

import org.jspecify.annotations.NullMarked;
