/** Runs the migrations on a real PostgreSQL. */
@NullMarked
package headroom.migrations;

import org.jspecify.annotations.NullMarked;
