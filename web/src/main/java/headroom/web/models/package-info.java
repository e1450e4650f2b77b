/** Models: the list and the page of each. */
@NullMarked
package headroom.web.models;

import org.jspecify.annotations.NullMarked;
