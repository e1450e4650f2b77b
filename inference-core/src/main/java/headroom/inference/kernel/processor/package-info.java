/** Which processors kernels are assembled for, and which of them this one is. */
@NullMarked
package headroom.inference.kernel.processor;

import org.jspecify.annotations.NullMarked;
