/** The instructions of AArch64 that kernels use, as words of 32 bits. */
@NullMarked
package headroom.inference.assembler.arm;

import org.jspecify.annotations.NullMarked;
