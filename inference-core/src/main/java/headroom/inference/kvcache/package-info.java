/** Keys and values of the tokens seen so far, in any format a codec can write. */
@NullMarked
package headroom.inference.kvcache;

import org.jspecify.annotations.NullMarked;
