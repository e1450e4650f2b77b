package headroom.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a document says under its keys, whatever it was written in; a key that is absent is an
 * absent fact, and so is one whose value is of another kind than asked for.
 *
 * @param values texts, numbers, booleans, lists, and maps of the same
 */
public record Facts(Map<String, Object> values) {
  private static final Facts NONE = new Facts(Map.of());

  public Facts {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A text that is not blank, without the space around it. */
  public Optional<String> text(String key) {
    return values.get(key) instanceof String text && !text.isBlank()
        ? Optional.of(text.strip())
        : Optional.empty();
  }

  /** A whole number. */
  public OptionalInt integer(String key) {
    Object value = values.get(key);
    if (value instanceof Integer number) {
      return OptionalInt.of(number);
    }
    return value instanceof Long number && number == number.intValue()
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  /** A number. */
  public OptionalDouble number(String key) {
    return values.get(key) instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  /** Yes or no. */
  public Optional<Boolean> flag(String key) {
    return values.get(key) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
  }

  /** The facts below a key; none where the key is absent. */
  public Facts below(String key) {
    if (!(values.get(key) instanceof Map<?, ?> map)) {
      return NONE;
    }
    Map<String, Object> children = new LinkedHashMap<>();
    map.forEach((name, value) -> children.put(String.valueOf(name), value));
    return new Facts(children);
  }

  /** Every number among the values, in their order. */
  public Map<String, Double> numbers() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (value instanceof Number number) {
            numbers.put(key, number.doubleValue());
          }
        });
    return numbers;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }
}
