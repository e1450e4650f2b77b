/**
 * Model files of a real shape with random weights, so that speed can be measured without a
 * download.
 */
@NullMarked
package headroom.inference.synthesis;

import org.jspecify.annotations.NullMarked;
