/** Weights as they lie in a file: a mapped segment, its format and its shape. */
@NullMarked
package headroom.inference.tensor;

import org.jspecify.annotations.NullMarked;
