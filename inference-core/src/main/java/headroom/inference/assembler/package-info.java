/**
 * Machine code written in Java: instructions to bytes, in a room for each processor, and bytes to
 * memory that may be executed.
 */
@NullMarked
package headroom.inference.assembler;

import org.jspecify.annotations.NullMarked;
