package headroom.inference.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory outside the heap for a batch's activations in the form that a matrix wants them. */
public final class PackedInput {
  private MemorySegment memory = MemorySegment.NULL;

  /** Makes room; what was there is lost where there was too little. */
  public void reserve(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, 64); // one cache line
    }
  }

  /** What was reserved, or more. */
  public MemorySegment memory() {
    return memory;
  }
}
