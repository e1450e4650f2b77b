package headroom.inference.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What Python makes of values: truth, text, order, members. */
final class Values {
  private Values() {}

  static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Undefined _ -> false;
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case Collection<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /** As it is printed. */
  static String text(@Nullable Object value) {
    return value instanceof String text ? text : Literals.of(value);
  }

  static boolean equal(@Nullable Object a, @Nullable Object b) {
    if (number(a) instanceof Number x && number(b) instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return Objects.equals(a, b);
  }

  /** A number, also of a truth value; else null. */
  static @Nullable Number number(@Nullable Object value) {
    return switch (value) {
      case Boolean truth -> truth ? 1L : 0L;
      case Number number -> number;
      case null, default -> null;
    };
  }

  static int compare(@Nullable Object a, @Nullable Object b) {
    if (number(a) instanceof Number x && number(b) instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    throw new TemplateException(
        "the chat template compares %s with %s; wanted two numbers or two texts"
            .formatted(kind(a), kind(b)));
  }

  static boolean contains(@Nullable Object whole, @Nullable Object part) {
    return switch (whole) {
      case String text when part instanceof String wanted -> text.contains(wanted);
      case Collection<?> list -> list.stream().anyMatch(element -> equal(element, part));
      case Map<?, ?> map -> has(map, part);
      case Undefined _ -> false;
      case null, default ->
          throw new TemplateException(
              "the chat template looks for %s in %s; wanted a text, a list or a map"
                  .formatted(kind(part), kind(whole)));
    };
  }

  /** True where a map has this key; some maps throw where asked for null. */
  static boolean has(Map<?, ?> map, @Nullable Object key) {
    return (key != null || map instanceof HashMap<?, ?>) && map.containsKey(key);
  }

  /** The elements of a list, the keys of a map, the characters of a text. */
  static List<@Nullable Object> elements(@Nullable Object value) {
    List<@Nullable Object> elements = new ArrayList<>();
    switch (value) {
      case Collection<?> list -> elements.addAll(list);
      case Map<?, ?> map -> elements.addAll(map.keySet());
      case String text -> text.codePoints().mapToObj(Character::toString).forEach(elements::add);
      case Undefined _ -> {}
      case null, default ->
          throw new TemplateException(
              "the chat template goes through %s; wanted a list, a map or a text"
                  .formatted(kind(value)));
    }
    return elements;
  }

  /** Elements of a list or map, characters of a text. */
  static long size(@Nullable Object value) {
    return value instanceof String text
        ? text.codePointCount(0, text.length())
        : elements(value).size();
  }

  /** {@code value[key]} or {@code value.key}. */
  static @Nullable Object member(@Nullable Object value, @Nullable Object key) {
    return switch (value) {
      case Map<?, ?> map -> has(map, key) ? map.get(key) : new Undefined(text(key));
      case List<?> list when key instanceof Long index -> {
        long at = index < 0 ? index + list.size() : index;
        yield at >= 0 && at < list.size() ? list.get((int) at) : new Undefined(text(key));
      }
      case String text when key instanceof Long index -> {
        long size = size(text);
        long at = index < 0 ? index + size : index;
        yield at >= 0 && at < size
            ? Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)))
            : new Undefined(text(key));
      }
      case Undefined undefined ->
          throw new TemplateException(
              "the chat template asks for '%s' of '%s', which is not defined"
                  .formatted(text(key), undefined.name()));
      case null, default -> new Undefined(text(key));
    };
  }

  /** What a value is, for messages. */
  static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined undefined -> "'%s', which is not defined".formatted(undefined.name());
      case Boolean _ -> "a truth value";
      case Number _ -> "a number";
      case String _ -> "a text";
      case Collection<?> _ -> "a list";
      case Map<?, ?> _ -> "a map";
      default -> "a function";
    };
  }
}
