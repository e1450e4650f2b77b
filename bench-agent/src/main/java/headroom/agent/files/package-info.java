/** Where the agent keeps its files, and how it writes them whole or not at all. */
@NullMarked
package headroom.agent.files;

import org.jspecify.annotations.NullMarked;
