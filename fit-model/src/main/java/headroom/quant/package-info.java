/**
 * Weight formats: the block geometry of single tensors and the mixes that whole files are made of.
 */
@NullMarked
package headroom.quant;

import org.jspecify.annotations.NullMarked;
