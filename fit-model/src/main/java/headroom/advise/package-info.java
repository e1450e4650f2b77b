/** The reverse questions: which format, context, device, model or upgrade answers a wish. */
@NullMarked
package headroom.advise;

import org.jspecify.annotations.NullMarked;
