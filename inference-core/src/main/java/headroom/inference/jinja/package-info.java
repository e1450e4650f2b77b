/** As much of the Jinja template language as chat templates use, with its results to the letter. */
@NullMarked
package headroom.inference.jinja;

import org.jspecify.annotations.NullMarked;
