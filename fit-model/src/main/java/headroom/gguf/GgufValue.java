package headroom.gguf;

import java.util.List;
import java.util.Optional;

/**
 * A metadata value with the type it has in a file, so that a file can be written back as it was.
 *
 * @param type its type
 * @param elementType type of the elements of an array, empty for every other type
 * @param value {@link Long} (all integers, u64 as two's complement), {@link Double}, {@link
 *     Boolean}, {@link String} or a {@link List} of these
 */
public record GgufValue(GgufType type, Optional<GgufType> elementType, Object value) {
  public GgufValue {
    if ((type == GgufType.ARRAY) != elementType.isPresent()) {
      throw new IllegalArgumentException("an element type was given for " + type);
    }
    if (value instanceof List<?> list && type == GgufType.ARRAY) {
      GgufType element = elementType.orElseThrow();
      list.forEach(v -> requireFits(element, v));
    } else {
      requireFits(type, value);
    }
  }

  /** An unsigned 32-bit integer, the type of nearly every count in a model file. */
  public static GgufValue u32(long value) {
    return new GgufValue(GgufType.UINT32, Optional.empty(), value);
  }

  /** A 32-bit float. */
  public static GgufValue f32(double value) {
    return new GgufValue(GgufType.FLOAT32, Optional.empty(), value);
  }

  /** A homogeneous array, never nested: ggml's own reader refuses arrays of arrays. */
  public static GgufValue array(GgufType element, List<?> values) {
    return new GgufValue(GgufType.ARRAY, Optional.of(element), values);
  }

  /**
   * The value of a Java object: {@link Integer} as u32 (i32 below zero), {@link Long} as u64 (i64
   * below zero), {@link Float} as f32, {@link Double} as f64, {@link Boolean}, {@link String}, or a
   * list whose elements all have one of these types.
   */
  public static GgufValue of(Object object) {
    return switch (object) {
      case GgufValue value -> value;
      case List<?> list -> array(elementType(list), list.stream().map(GgufValue::plain).toList());
      default -> new GgufValue(scalarType(object), Optional.empty(), plain(object));
    };
  }

  private static GgufType elementType(List<?> list) {
    if (list.isEmpty()) {
      throw new IllegalArgumentException(
          "an empty list has no element type; wanted GgufValue.array(type, list)");
    }
    List<GgufType> types = list.stream().map(GgufValue::scalarType).distinct().sorted().toList();
    if (types.size() == 1) {
      return types.getFirst();
    }
    if (types.equals(List.of(GgufType.UINT32, GgufType.INT32))) {
      return GgufType.INT32;
    }
    if (types.equals(List.of(GgufType.UINT64, GgufType.INT64))) {
      return GgufType.INT64;
    }
    throw new IllegalArgumentException("a list holds " + types + "; wanted one type");
  }

  private static GgufType scalarType(Object object) {
    return switch (object) {
      case Integer i -> i < 0 ? GgufType.INT32 : GgufType.UINT32;
      case Long l -> l < 0 ? GgufType.INT64 : GgufType.UINT64;
      case Float _ -> GgufType.FLOAT32;
      case Double _ -> GgufType.FLOAT64;
      case Boolean _ -> GgufType.BOOL;
      case String _ -> GgufType.STRING;
      default ->
          throw new IllegalArgumentException(
              "a metadata value is a "
                  + object.getClass().getSimpleName()
                  + "; wanted a number, Boolean, String or a flat list of these");
    };
  }

  private static Object plain(Object object) {
    return switch (object) {
      case Integer i -> i.longValue();
      case Float f -> f.doubleValue();
      default -> object;
    };
  }

  private static void requireFits(GgufType type, Object value) {
    boolean fits =
        switch (type) {
          case UINT8 -> inRange(value, 0, 0xFF);
          case INT8 -> inRange(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
          case UINT16 -> inRange(value, 0, 0xFFFF);
          case INT16 -> inRange(value, Short.MIN_VALUE, Short.MAX_VALUE);
          case UINT32 -> inRange(value, 0, 0xFFFF_FFFFL);
          case INT32 -> inRange(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
          case UINT64, INT64 -> value instanceof Long;
          case FLOAT32, FLOAT64 -> value instanceof Double;
          case BOOL -> value instanceof Boolean;
          case STRING -> value instanceof String;
          case ARRAY -> value instanceof List;
        };
    if (!fits) {
      throw new IllegalArgumentException(value + " does not fit a GGUF " + type);
    }
  }

  private static boolean inRange(Object value, long least, long most) {
    return value instanceof Long number && number >= least && number <= most;
  }
}
