package headroom.gguf;

import java.util.Arrays;
import java.util.Optional;

/**
 * The types of metadata values ({@code enum gguf_type} in <a
 * href="https://github.com/ggml-org/ggml/blob/d99724f2/include/gguf.h">gguf.h</a>).
 */
public enum GgufType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 8),
  ARRAY(9, 12),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int id;
  private final int leastBytes;

  GgufType(int id, int leastBytes) {
    this.id = id;
    this.leastBytes = leastBytes;
  }

  /** The type with this id; empty where there is none. */
  static Optional<GgufType> byId(long id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  /** The number that stands in files. */
  int id() {
    return id;
  }

  /** Bytes of one value in a file; the least there can be for strings and arrays. */
  int leastBytes() {
    return leastBytes;
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> false;
    };
  }

  boolean isFloat() {
    return this == FLOAT32 || this == FLOAT64;
  }
}
