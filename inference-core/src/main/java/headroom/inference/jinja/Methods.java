package headroom.inference.jinja;

import headroom.inference.jinja.Arguments.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of texts, maps and lists. */
final class Methods {
  private static final Set<String> OF_TEXT =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "title",
          "capitalize",
          "replace",
          "find",
          "rfind",
          "count",
          "join",
          "removeprefix",
          "removesuffix",
          "isdigit",
          "isalpha",
          "isspace",
          "isupper",
          "islower",
          "format");
  private static final Set<String> OF_MAP = Set.of("items", "keys", "values", "get", "copy");
  private static final Set<String> OF_LIST = Set.of("index", "count", "append", "copy");

  private Methods() {}

  /** The method of this value, null where it has none of this name. */
  static @Nullable Function find(@Nullable Object value, String name) {
    return switch (value) {
      case String text when OF_TEXT.contains(name) ->
          (plain, named) -> ofText(text, name, new Given(plain, named));
      case Map<?, ?> map when OF_MAP.contains(name) ->
          (plain, named) -> ofMap(map, name, new Given(plain, named));
      case List<?> list when OF_LIST.contains(name) ->
          (plain, named) -> ofList(list, name, new Given(plain, named));
      case null, default -> null;
    };
  }

  private static @Nullable Object ofText(String text, String name, Given given) {
    Object first = given.get(0, "", null);
    return switch (name) {
      case "strip" -> Texts.strip(text, first, true, true);
      case "lstrip" -> Texts.strip(text, first, true, false);
      case "rstrip" -> Texts.strip(text, first, false, true);
      case "split", "rsplit" ->
          Texts.split(
              text,
              given.get(0, "sep", null),
              given.get(1, "maxsplit", -1L) instanceof Long most ? most : -1,
              name.equals("rsplit"));
      case "splitlines" -> Texts.lines(text);
      case "startswith" -> Texts.startsWith(text, first);
      case "endswith" -> Texts.endsWith(text, first);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> Texts.title(text);
      case "capitalize" -> Texts.capitalize(text);
      case "replace" -> replaced(text, given);
      case "find" -> (long) text.indexOf(Values.text(first));
      case "rfind" -> (long) text.lastIndexOf(Values.text(first));
      case "count" -> Texts.count(text, Values.text(first));
      case "join" -> String.join(text, Values.elements(first).stream().map(Values::text).toList());
      case "removeprefix" ->
          text.startsWith(Values.text(first)) ? text.substring(Values.text(first).length()) : text;
      case "removesuffix" ->
          text.endsWith(Values.text(first))
              ? text.substring(0, text.length() - Values.text(first).length())
              : text;
      case "isdigit" -> !text.isEmpty() && text.chars().allMatch(Character::isDigit);
      case "isalpha" -> !text.isEmpty() && text.chars().allMatch(Character::isLetter);
      case "isspace" -> !text.isEmpty() && text.isBlank();
      case "isupper" -> text.equals(text.toUpperCase(Locale.ROOT)) && hasCase(text);
      case "islower" -> text.equals(text.toLowerCase(Locale.ROOT)) && hasCase(text);
      default -> braces(text, given.plain());
    };
  }

  private static boolean hasCase(String text) {
    return !text.toUpperCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT));
  }

  private static String replaced(String text, Given given) {
    String old = Values.text(given.get(0, "old", ""));
    String by = Values.text(given.get(1, "new", ""));
    Budget.requireSize(text.length() + Texts.count(text, old) * by.length());
    if (!(given.get(2, "count", null) instanceof Long most) || old.isEmpty()) {
      return text.replace(old, by);
    }
    return String.join(
        by, Texts.split(text, old, Math.max(0, most), false).stream().map(Values::text).toList());
  }

  /** {@code str.format} with places {}, {0}. */
  private static String braces(String text, List<@Nullable Object> values) {
    StringBuilder out = new StringBuilder();
    int next = 0;
    for (int at = 0; at < text.length(); at++) {
      int end = text.indexOf('}', at);
      if (text.charAt(at) == '{' && end > 0) {
        String place = text.substring(at + 1, end);
        int index = place.matches("\\d{1,4}") ? Integer.parseInt(place) : next++;
        out.append(index < values.size() ? Values.text(values.get(index)) : "");
        at = end;
      } else {
        out.append(text.charAt(at));
      }
    }
    return out.toString();
  }

  private static @Nullable Object ofMap(Map<?, ?> map, String name, Given given) {
    return switch (name) {
      case "keys" -> new ArrayList<@Nullable Object>(map.keySet());
      case "values" -> new ArrayList<@Nullable Object>(map.values());
      case "items" -> Filters.pairs(map, false);
      case "copy" -> new java.util.LinkedHashMap<@Nullable Object, @Nullable Object>(map);
      default -> {
        Object key = given.get(0, "key", null);
        yield Values.has(map, key) ? map.get(key) : given.get(1, "default", null);
      }
    };
  }

  @SuppressWarnings("unchecked") // lists of templates hold whatever there is
  private static @Nullable Object ofList(List<?> list, String name, Given given) {
    Object element = given.get(0, "value", null);
    switch (name) {
      case "append" -> {
        Budget.requireSize(list.size() + 1L);
        if (!(list instanceof ArrayList<?>)) {
          throw new TemplateException("the chat template changes a list that it was given");
        }
        ((List<@Nullable Object>) list).add(element);
        return null;
      }
      case "copy" -> {
        return new ArrayList<@Nullable Object>(list);
      }
      case "count" -> {
        return list.stream().filter(other -> Values.equal(other, element)).count();
      }
      default -> {
        for (int i = 0; i < list.size(); i++) {
          if (Values.equal(list.get(i), element)) {
            return (long) i;
          }
        }
        throw new TemplateException("the chat template looks for the place of what is not there");
      }
    }
  }
}
