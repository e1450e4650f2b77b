/** Writes a model file again with its matrices in other formats, tensor by tensor. */
@NullMarked
package headroom.inference.quantize;

import org.jspecify.annotations.NullMarked;
