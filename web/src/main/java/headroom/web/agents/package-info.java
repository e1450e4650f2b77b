/** The programs that send runs: their keys, and the download of the agent itself. */
@NullMarked
package headroom.web.agents;

import org.jspecify.annotations.NullMarked;
