/** A real PostgreSQL beside the site, for everybody who has not set up one of their own. */
@NullMarked
package headroom.web.database;

import org.jspecify.annotations.NullMarked;
