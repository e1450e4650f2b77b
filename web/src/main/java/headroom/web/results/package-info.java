/** Uploaded runs: receiving, keeping, showing and ranking them. */
@NullMarked
package headroom.web.results;

import org.jspecify.annotations.NullMarked;
