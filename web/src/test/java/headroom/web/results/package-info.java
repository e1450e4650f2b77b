/** Tests of {@code headroom.web.results} on a real PostgreSQL. */
@NullMarked
package headroom.web.results;

import org.jspecify.annotations.NullMarked;
