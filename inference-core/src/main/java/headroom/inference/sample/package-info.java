/** From logits to the next token. */
@NullMarked
package headroom.inference.sample;

import org.jspecify.annotations.NullMarked;
