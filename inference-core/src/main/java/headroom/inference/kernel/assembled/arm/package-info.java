/** Kernels in the instructions of AArch64, called by its standard (AAPCS64). */
@NullMarked
package headroom.inference.kernel.assembled.arm;

import org.jspecify.annotations.NullMarked;
