/** Tests of {@code headroom.web.fit}. */
@NullMarked
package headroom.web.fit;

import org.jspecify.annotations.NullMarked;
