/** Research papers, the techniques they introduce and the numbers they claim. */
@NullMarked
package headroom.paper;

import org.jspecify.annotations.NullMarked;
