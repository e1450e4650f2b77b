package headroom.inference.jinja;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can follow {@code is}. */
final class Checks {
  private static final Set<String> NAMES =
      Set.of(
          "defined",
          "undefined",
          "none",
          "boolean",
          "true",
          "false",
          "string",
          "number",
          "integer",
          "float",
          "mapping",
          "sequence",
          "iterable",
          "callable",
          "odd",
          "even",
          "divisibleby",
          "in",
          "eq",
          "equalto",
          "==",
          "ne",
          "!=",
          "lt",
          "<",
          "le",
          "<=",
          "gt",
          ">",
          "ge",
          ">=",
          "lower",
          "upper",
          "filter",
          "test");

  private Checks() {}

  static boolean knows(String name) {
    return NAMES.contains(name);
  }

  static boolean holds(String name, @Nullable Object value, List<@Nullable Object> operands) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "string" -> value instanceof String;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence", "iterable" ->
          value instanceof Collection<?>
              || value instanceof Map<?, ?>
              || value instanceof String
              || value instanceof Undefined;
      case "callable" -> value instanceof Function;
      case "odd" -> whole(value) % 2 != 0;
      case "even" -> whole(value) % 2 == 0;
      case "lower" -> value instanceof String text && text.equals(text.toLowerCase(Locale.ROOT));
      case "upper" -> value instanceof String text && text.equals(text.toUpperCase(Locale.ROOT));
      case "filter" -> value instanceof String text && Filters.knows(text);
      case "test" -> value instanceof String text && knows(text);
      default -> compared(name, value, operand(name, operands));
    };
  }

  private static boolean compared(String name, @Nullable Object value, @Nullable Object other) {
    return switch (name) {
      case "divisibleby" -> Objects.equals(Operators.apply("%", whole(value), whole(other)), 0L);
      case "in" -> Values.contains(other, value);
      case "eq", "equalto", "==" -> Values.equal(value, other);
      case "ne", "!=" -> !Values.equal(value, other);
      case "lt", "<" -> Values.compare(value, other) < 0;
      case "le", "<=" -> Values.compare(value, other) <= 0;
      case "gt", ">" -> Values.compare(value, other) > 0;
      default -> Values.compare(value, other) >= 0;
    };
  }

  private static @Nullable Object operand(String name, List<@Nullable Object> operands) {
    if (operands.isEmpty()) {
      throw new TemplateException(
          "the chat template's test '%s' compares with nothing; wanted a value".formatted(name));
    }
    return operands.getFirst();
  }

  private static long whole(@Nullable Object value) {
    if (Values.number(value) instanceof Number number) {
      return number.longValue();
    }
    throw new TemplateException(
        "the chat template found %s; wanted a number".formatted(Values.kind(value)));
  }
}
