/** Which format llama.cpp's quantiser gives each tensor of a model. */
@NullMarked
package headroom.mix;

import org.jspecify.annotations.NullMarked;
