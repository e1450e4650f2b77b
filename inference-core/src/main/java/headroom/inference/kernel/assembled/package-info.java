/**
 * Products in machine code: weights repacked into tiles, activations into bytes, and the kernels
 * that multiply them, assembled when a model is loaded. What they are made of is each processor's
 * own room's.
 */
@NullMarked
package headroom.inference.kernel.assembled;

import org.jspecify.annotations.NullMarked;
