/** Tests of {@code headroom.web.agents} on a real PostgreSQL. */
@NullMarked
package headroom.web.agents;

import org.jspecify.annotations.NullMarked;
