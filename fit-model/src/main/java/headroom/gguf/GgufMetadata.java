package headroom.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Typed access to a header's key-value pairs. Values are {@link Long} (all integer types, u64 as
 * two's complement), {@link Double} (f32, f64), {@link Boolean}, {@link String} or {@link List} of
 * these.
 */
public final class GgufMetadata {
  private final String source;
  private final Map<String, Object> values;
  private final Map<String, GgufValue> typed;

  /**
   * @param source file name or URL, for messages
   * @param values key to value as {@link GgufValue#of} takes them, insertion order kept
   */
  public GgufMetadata(String source, Map<String, ?> values) {
    this.source = source;
    Map<String, GgufValue> kept = new LinkedHashMap<>();
    values.forEach((key, value) -> kept.put(key, GgufValue.of(value)));
    this.typed = Collections.unmodifiableMap(kept);
    Map<String, Object> plain = new LinkedHashMap<>();
    kept.forEach((key, value) -> plain.put(key, value.value()));
    this.values = Collections.unmodifiableMap(plain);
  }

  /** Every value with the type it has in the file, in file order; {@link GgufWriter} takes it. */
  public Map<String, GgufValue> typed() {
    return typed;
  }

  public Set<String> keys() {
    return values.keySet();
  }

  public Optional<Object> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  public OptionalLong findLong(String key) {
    Object value = values.get(key);
    return value == null ? OptionalLong.empty() : OptionalLong.of(cast(key, value, Long.class));
  }

  public OptionalDouble findDouble(String key) {
    Object value = values.get(key);
    return value == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(cast(key, value, Number.class).doubleValue());
  }

  public Optional<String> findString(String key) {
    return find(key).map(value -> cast(key, value, String.class));
  }

  public Optional<Boolean> findBoolean(String key) {
    return find(key).map(value -> cast(key, value, Boolean.class));
  }

  /** The list under this key; every element is of {@code type}. */
  public <T> Optional<List<T>> findList(String key, Class<T> type) {
    return find(key)
        .map(value -> cast(key, value, List.class))
        .map(
            list -> {
              for (Object element : list) {
                cast(key + "[…]", element, type);
              }
              @SuppressWarnings("unchecked")
              List<T> typed = (List<T>) list;
              return typed;
            });
  }

  /** The integer under this key, which must be there. */
  public long getLong(String key) {
    return findLong(key).orElseThrow(() -> missing(key, "an integer"));
  }

  /** The integer under this key, which must be there and fit an {@code int}. */
  public int getInt(String key) {
    long value = getLong(key);
    if (value != (int) value) {
      throw new GgufFormatException(
          source, 0, "key '%s' is %d; wanted a 32-bit integer".formatted(key, value));
    }
    return (int) value;
  }

  /** The text under this key, which must be there. */
  public String getString(String key) {
    return findString(key).orElseThrow(() -> missing(key, "a string"));
  }

  private GgufFormatException missing(String key, String wanted) {
    return new GgufFormatException(
        source, 0, "key '%s' is missing; wanted %s".formatted(key, wanted));
  }

  private <T> T cast(String key, Object value, Class<T> wanted) {
    if (!wanted.isInstance(value)) {
      throw new GgufFormatException(
          source,
          0,
          "key '%s' holds a %s; wanted a %s"
              .formatted(key, value.getClass().getSimpleName(), wanted.getSimpleName()));
    }
    return wanted.cast(value);
  }
}
