/** The reader's pages: papers by topic, level and year, full-text search, one page for each. */
@NullMarked
package headroom.web.papers;

import org.jspecify.annotations.NullMarked;
