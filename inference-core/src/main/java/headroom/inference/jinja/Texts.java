package headroom.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's methods of texts. */
final class Texts {
  private static final Pattern PLACE = Pattern.compile("%(?:\\.(\\d{1,2}))?([sdrf%])");

  private Texts() {}

  /** Without blanks, or without these characters, at its ends. */
  static String strip(String text, @Nullable Object characters, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && strips(text.charAt(start), characters)) {
      start++;
    }
    while (right && end > start && strips(text.charAt(end - 1), characters)) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean strips(char c, @Nullable Object characters) {
    return characters instanceof String these
        ? these.indexOf(c) >= 0
        : Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** The words between blanks. */
  static List<@Nullable Object> words(String text) {
    List<@Nullable Object> words = new ArrayList<>();
    for (String word : strip(text, null, true, true).split("\\s+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /**
   * The parts between separators.
   *
   * @param most times it is cut; below 0 for all
   */
  static List<@Nullable Object> split(
      String text, @Nullable Object separator, long most, boolean fromRight) {
    if (!(separator instanceof String between)) {
      return words(text);
    }
    if (between.isEmpty()) {
      throw new TemplateException("the chat template splits at an empty text");
    }
    List<@Nullable Object> parts = new ArrayList<>();
    String rest = text;
    while (most < 0 || parts.size() < most) {
      int at = fromRight ? rest.lastIndexOf(between) : rest.indexOf(between);
      if (at < 0) {
        break;
      }
      if (fromRight) {
        parts.addFirst(rest.substring(at + between.length()));
        rest = rest.substring(0, at);
      } else {
        parts.add(rest.substring(0, at));
        rest = rest.substring(at + between.length());
      }
    }
    if (fromRight) {
      parts.addFirst(rest);
    } else {
      parts.add(rest);
    }
    return parts;
  }

  static List<@Nullable Object> lines(String text) {
    List<@Nullable Object> lines = new ArrayList<>();
    text.lines().forEach(lines::add);
    return lines;
  }

  static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean within = false;
    for (char c : text.toCharArray()) {
      out.append(within ? Character.toLowerCase(c) : Character.toUpperCase(c));
      within = Character.isLetter(c);
    }
    return out.toString();
  }

  static boolean startsWith(String text, @Nullable Object with) {
    return with instanceof List<?> any
        ? any.stream().anyMatch(one -> text.startsWith(Values.text(one)))
        : text.startsWith(Values.text(with));
  }

  static boolean endsWith(String text, @Nullable Object with) {
    return with instanceof List<?> any
        ? any.stream().anyMatch(one -> text.endsWith(Values.text(one)))
        : text.endsWith(Values.text(with));
  }

  static long count(String text, String part) {
    long count = 0;
    for (int at = text.indexOf(part);
        at >= 0 && !part.isEmpty();
        at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  /** {@code %}-formatting with the few places that templates use. */
  static String format(String text, List<@Nullable Object> values) {
    Matcher matcher = PLACE.matcher(text);
    StringBuilder out = new StringBuilder();
    int next = 0;
    while (matcher.find()) {
      String filled = "%";
      if (!matcher.group(2).equals("%")) {
        if (next >= values.size()) {
          throw new TemplateException("the chat template formats fewer values than it has places");
        }
        Object value = values.get(next++);
        filled =
            switch (matcher.group(2)) {
              case "d" -> Values.text(Numbers.whole(value, value));
              case "r" -> Literals.of(value);
              case "f" ->
                  String.format(
                      Locale.ROOT,
                      "%." + (matcher.group(1) == null ? "6" : matcher.group(1)) + "f",
                      Numbers.broken(value, Double.NaN));
              default -> Values.text(value);
            };
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(filled));
    }
    return matcher.appendTail(out).toString();
  }
}
