/** The commands: arguments in, tables or JSON and an exit code out. */
@NullMarked
package headroom.agent.cli;

import org.jspecify.annotations.NullMarked;
