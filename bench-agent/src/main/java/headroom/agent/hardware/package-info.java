/** What this machine is, read from tools and the operating system; unknown is absent. */
@NullMarked
package headroom.agent.hardware;

import org.jspecify.annotations.NullMarked;
