/** Techniques of papers, run without and with them on this machine. */
@NullMarked
package headroom.agent.experiment;

import org.jspecify.annotations.NullMarked;
