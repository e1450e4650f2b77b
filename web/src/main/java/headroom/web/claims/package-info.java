/** Statements that people repeat, each with what the calculator makes of it. */
@NullMarked
package headroom.web.claims;

import org.jspecify.annotations.NullMarked;
