package headroom.web.results;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a JSON tree into a record, strictly, and goes on after a fault: the record is the schema.
 * An unknown field, a missing field and a wrong type are each a fault with its path; only
 * components of an Optional type may be left out.
 */
final class RecordReader {
  /** Looks at a record that was read whole; its faults are reported below the record's path. */
  interface Check {
    void look(Record read, String path, Faults faults);
  }

  private final Faults faults;
  private final Check check;

  RecordReader(Faults faults, Check check) {
    this.faults = faults;
    this.check = check;
  }

  /** The record, or null where a fault below {@code path} left it incomplete. */
  <T extends Record> @Nullable T read(JsonNode node, Class<T> type, String path) {
    return type.cast(readRecord(node, type, path));
  }

  private @Nullable Object readRecord(JsonNode node, Class<?> type, String path) {
    if (!node.isObject()) {
      return wrong(node, "an object", path);
    }
    int before = faults.count();
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known =
        Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
    for (String name : node.propertyNames()) {
      faults.check(
          known.contains(name),
          below(path, name),
          "unknown field; wanted none but the documented ones");
    }
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int c = 0; c < components.length; c++) {
      String name = components[c].getName();
      values[c] = component(node.get(name), components[c].getGenericType(), below(path, name));
    }
    return faults.count() > before ? null : construct(type, components, values, path);
  }

  private @Nullable Object component(@Nullable JsonNode node, Type type, String path) {
    Class<?> raw = raw(type);
    if (node == null) {
      Optional<Object> absent = absent(raw);
      if (absent.isEmpty()) {
        faults.add(path, "missing; wanted " + describe(raw));
      }
      return absent.orElse(null);
    }
    if (raw == Optional.class) {
      Object value = value(node, argument(type), path);
      return value == null ? null : Optional.of(value);
    }
    return value(node, type, path);
  }

  private @Nullable Object value(JsonNode node, Type type, String path) {
    Class<?> raw = raw(type);
    if (raw == List.class) {
      return list(node, argument(type), path);
    }
    if (raw.isRecord()) {
      return readRecord(node, raw, path);
    }
    boolean whole = node.isIntegralNumber();
    if (raw == String.class && node.isString()) {
      return text(node.stringValue(), path);
    } else if (raw == boolean.class && node.isBoolean()) {
      return node.booleanValue();
    } else if (raw == int.class && whole && node.canConvertToInt()) {
      return node.intValue();
    } else if (raw == OptionalInt.class && whole && node.canConvertToInt()) {
      return OptionalInt.of(node.intValue());
    } else if ((raw == long.class || raw == Long.class) && whole && node.canConvertToLong()) {
      return node.longValue();
    } else if (raw == OptionalLong.class && whole && node.canConvertToLong()) {
      return OptionalLong.of(node.longValue());
    } else if (raw == double.class && finite(node)) {
      return node.doubleValue();
    } else if (raw == OptionalDouble.class && finite(node)) {
      return OptionalDouble.of(node.doubleValue());
    }
    return wrong(node, describe(raw), path);
  }

  private @Nullable Object list(JsonNode node, Type element, String path) {
    if (!node.isArray()) {
      return wrong(node, "a list", path);
    }
    int before = faults.count();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      Object value = value(node.get(i), element, path + "/" + i);
      if (value != null) {
        values.add(value);
      }
    }
    return faults.count() > before ? null : values;
  }

  /** Text that PostgreSQL and a page can show: no control characters, no half characters. */
  private @Nullable String text(String text, String path) {
    boolean plain =
        text.codePoints()
            .noneMatch(
                c ->
                    Character.getType(c) == Character.CONTROL
                        || Character.getType(c) == Character.SURROGATE);
    if (!plain) {
      faults.add(path, "text has a control character or half a surrogate pair; wanted plain text");
      return null;
    }
    return text;
  }

  private @Nullable Object construct(
      Class<?> type, RecordComponent[] components, @Nullable Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Record read = (Record) type.getDeclaredConstructor(types).newInstance(values);
      check.look(read, path, faults);
      return read;
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException reason) {
        faults.add(path, String.valueOf(reason.getMessage()));
        return null;
      }
      throw new IllegalStateException("cannot make a " + type.getName(), refused);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("cannot make a " + type.getName(), impossible);
    }
  }

  private @Nullable Object wrong(JsonNode node, String wanted, String path) {
    String found = node.isContainer() ? node.isArray() ? "a list" : "an object" : node.toString();
    faults.add(path, "found %s; wanted %s".formatted(abbreviated(found), wanted));
    return null;
  }

  private static String abbreviated(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static boolean finite(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.doubleValue());
  }

  private static Optional<Object> absent(Class<?> type) {
    if (type == Optional.class) {
      return Optional.of(Optional.empty());
    } else if (type == OptionalInt.class) {
      return Optional.of(OptionalInt.empty());
    } else if (type == OptionalLong.class) {
      return Optional.of(OptionalLong.empty());
    } else if (type == OptionalDouble.class) {
      return Optional.of(OptionalDouble.empty());
    }
    return Optional.empty();
  }

  private static String describe(Class<?> type) {
    if (type == String.class) {
      return "text";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type == int.class || type == OptionalInt.class) {
      return "a whole number of at most 32 bits";
    } else if (type == long.class || type == Long.class || type == OptionalLong.class) {
      return "a whole number of at most 64 bits";
    } else if (type == double.class || type == OptionalDouble.class) {
      return "a finite number";
    }
    return type == List.class ? "a list" : "an object";
  }

  private static Class<?> raw(Type type) {
    return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
  }

  private static Type argument(Type type) {
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }

  /** RFC 6901: {@code ~} is written {@code ~0}, {@code /} is written {@code ~1}. */
  private static String below(String path, String name) {
    return path + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
