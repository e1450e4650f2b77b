/** The instructions of x86-64 that kernels use, as bytes. */
@NullMarked
package headroom.inference.assembler.x86;

import org.jspecify.annotations.NullMarked;
