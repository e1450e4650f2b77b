/** The calculator: parameters of an address to a question, its answer as a page or as JSON. */
@NullMarked
package headroom.web.fit;

import org.jspecify.annotations.NullMarked;
