/**
 * Which processors this process may use, which node of memory each is near, and how to stay there.
 */
@NullMarked
package headroom.inference.topology;

import org.jspecify.annotations.NullMarked;
