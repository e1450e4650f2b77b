/** The run document: what the agent measured, raw, and the summaries computed from it. */
@NullMarked
package headroom.measure;

import org.jspecify.annotations.NullMarked;
