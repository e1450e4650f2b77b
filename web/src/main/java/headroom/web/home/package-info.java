/** The front page: the four ways in. */
@NullMarked
package headroom.web.home;

import org.jspecify.annotations.NullMarked;
