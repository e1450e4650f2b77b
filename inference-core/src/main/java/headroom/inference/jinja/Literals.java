package headroom.inference.jinja;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as Python writes them ({@code repr}) and as JSON. */
final class Literals {
  private Literals() {}

  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean truth -> truth ? "True" : "False";
      case Double number -> number(number);
      case String text -> quoted(text);
      case Collection<?> list ->
          list.stream().map(Literals::of).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> of(entry.getKey()) + ": " + of(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e16
        ? "%d.0".formatted((long) number)
        : Double.toString(number).replace("E", "e");
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> out.append(c == quote ? "\\" + c : Character.toString(c));
      }
    }
    return out.append(quote).toString();
  }

  /**
   * JSON as {@code json.dumps(value, ensure_ascii=False)} writes it.
   *
   * @param indent blanks a level; below 0 for one line
   */
  static String json(@Nullable Object value, int indent) {
    StringBuilder out = new StringBuilder();
    json(value, indent, 0, out);
    return out.toString();
  }

  private static void json(@Nullable Object value, int indent, int level, StringBuilder out) {
    if (level > 100) {
      throw new TemplateException("the chat template writes a value that contains itself");
    }
    switch (value) {
      case null -> out.append("null");
      case Boolean truth -> out.append(truth);
      case Double number -> out.append(number(number));
      case Number number -> out.append(number);
      case String text -> string(text, out);
      case Collection<?> list -> {
        int left = list.size();
        out.append('[');
        for (Object element : list) {
          line(indent, level + 1, out);
          json(element, indent, level + 1, out);
          comma(--left > 0, indent, out);
        }
        end(list.isEmpty(), indent, level, out);
        out.append(']');
      }
      case Map<?, ?> map -> {
        int left = map.size();
        out.append('{');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          line(indent, level + 1, out);
          string(Values.text(entry.getKey()), out);
          out.append(": ");
          json(entry.getValue(), indent, level + 1, out);
          comma(--left > 0, indent, out);
        }
        end(map.isEmpty(), indent, level, out);
        out.append('}');
      }
      default ->
          throw new TemplateException(
              "the chat template writes %s as JSON; wanted a value".formatted(Values.kind(value)));
    }
  }

  private static void comma(boolean more, int indent, StringBuilder out) {
    if (more) {
      out.append(indent < 0 ? ", " : ",");
    }
  }

  private static void end(boolean empty, int indent, int level, StringBuilder out) {
    if (!empty) {
      line(indent, level, out);
    }
  }

  private static void line(int indent, int level, StringBuilder out) {
    if (indent >= 0) {
      out.append('\n').repeat(" ", indent * level);
    }
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : Character.toString(c));
      }
    }
    out.append('"');
  }
}
