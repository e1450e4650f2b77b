/** What a language model is made of, as far as memory and speed care. */
@NullMarked
package headroom.model;

import org.jspecify.annotations.NullMarked;
