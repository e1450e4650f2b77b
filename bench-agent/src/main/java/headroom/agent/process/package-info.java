/** Starting a second Java process of this same program. */
@NullMarked
package headroom.agent.process;

import org.jspecify.annotations.NullMarked;
