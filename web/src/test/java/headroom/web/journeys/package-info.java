/** What people do on the site, in a real browser. */
@NullMarked
package headroom.web.journeys;

import org.jspecify.annotations.NullMarked;
