package headroom.gguf;

import java.util.Optional;

/**
 * The types of metadata values ({@code enum gguf_type} in <a
 * href="https://github.com/ggml-org/ggml/blob/d99724f2/include/gguf.h">gguf.h</a>).
 */
public enum GgufType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int leastBytes;

  GgufType(int leastBytes) {
    this.leastBytes = leastBytes;
  }

  /** The type with this id; empty where there is none. */
  static Optional<GgufType> byId(long id) {
    return id >= 0 && id < values().length ? Optional.of(values()[(int) id]) : Optional.empty();
  }

  /** The number that stands in files. */
  int id() {
    return ordinal();
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
