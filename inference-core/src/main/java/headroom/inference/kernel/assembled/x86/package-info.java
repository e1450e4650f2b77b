/** Kernels in the instructions of x86-64, called by the System V convention. */
@NullMarked
package headroom.inference.kernel.assembled.x86;

import org.jspecify.annotations.NullMarked;
