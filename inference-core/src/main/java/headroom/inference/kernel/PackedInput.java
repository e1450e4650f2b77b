package headroom.inference.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory for a batch's activations in the form that a matrix wants them. */
public final class PackedInput {
  private MemorySegment memory = MemorySegment.NULL;
  private short[] shorts = {};
  private float[] floats = {};

  /** Makes room outside the heap; what was there is lost where there was too little. */
  public void reserve(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, 64); // one cache line
    }
  }

  /** What was reserved, or more. */
  public MemorySegment memory() {
    return memory;
  }

  /** Makes room in arrays; what was there is lost where there was too little. */
  public void reserveArrays(int shortCount, int floatCount) {
    if (shorts.length < shortCount) {
      shorts = new short[shortCount];
    }
    if (floats.length < floatCount) {
      floats = new float[floatCount];
    }
  }

  /** As many as were reserved, or more. */
  public short[] shorts() {
    return shorts;
  }

  /** As many as were reserved, or more. */
  public float[] floats() {
    return floats;
  }
}
