package headroom.gguf;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * An array of numbers or booleans at 8 bytes an element, grown as elements are read and never by
 * what a header claims.
 */
final class NumberList extends AbstractList<Object> implements RandomAccess {
  /** Bytes of heap that one element takes. */
  static final int BYTES_PER_ELEMENT = Long.BYTES;

  private final GgufType type;
  private long[] bits = new long[16];
  private int size;

  NumberList(GgufType type) {
    this.type = type;
  }

  /** Appends a value as the reader decoded it: integers as they are, floats as f64 bits. */
  void addBits(long value) {
    if (size == bits.length) {
      bits = Arrays.copyOf(bits, Math.multiplyExact(size, 2));
    }
    bits[size++] = value;
  }

  @Override
  public Object get(int index) {
    if (index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    if (type.isFloat()) {
      return Double.longBitsToDouble(bits[index]);
    }
    return type == GgufType.BOOL ? (Object) (bits[index] != 0) : (Object) bits[index];
  }

  @Override
  public int size() {
    return size;
  }
}
