/** What the bytes of each storage format mean, written as plainly as it can be. */
@NullMarked
package headroom.inference.codec;

import org.jspecify.annotations.NullMarked;
