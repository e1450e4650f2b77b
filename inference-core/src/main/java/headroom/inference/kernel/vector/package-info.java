/** The verbs in terms of the Vector API, at whatever width the processor prefers. */
@NullMarked
package headroom.inference.kernel.vector;

import org.jspecify.annotations.NullMarked;
