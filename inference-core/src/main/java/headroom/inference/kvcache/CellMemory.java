package headroom.inference.kvcache;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * Rows of a cache as they lie in memory: [cells, heads], each head in this format.
 *
 * @param format of every element
 * @param data outside the heap
 * @param heads of a cell
 * @param headBytes from one head to the next
 */
public record CellMemory(QuantFormat format, MemorySegment data, int heads, long headBytes) {
  /** Where a head of a cell starts. */
  public long address(int cell, int head) {
    return data.address() + ((long) cell * heads + head) * headBytes;
  }

  /** Bytes from one cell to the next. */
  public long stride() {
    return heads * headBytes;
  }
}
