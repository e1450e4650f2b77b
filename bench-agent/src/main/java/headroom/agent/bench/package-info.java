/** Measuring: the parent that plans and keeps the record, the child process that runs the model. */
@NullMarked
package headroom.agent.bench;

import org.jspecify.annotations.NullMarked;
