/** The reverse questions: what runs on a device, what runs a model, and in which format. */
@NullMarked
package headroom.web.advise;

import org.jspecify.annotations.NullMarked;
