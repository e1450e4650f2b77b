/** Sending run documents to a site. */
@NullMarked
package headroom.agent.upload;

import org.jspecify.annotations.NullMarked;
