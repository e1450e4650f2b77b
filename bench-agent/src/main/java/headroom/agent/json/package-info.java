/** Run documents and other records as JSON. */
@NullMarked
package headroom.agent.json;

import org.jspecify.annotations.NullMarked;
