/** Statements that people repeat about local models, judged by the calculator. */
@NullMarked
package headroom.claim;

import org.jspecify.annotations.NullMarked;
