package headroom.inference.jinja;

import headroom.inference.jinja.Arguments.Given;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can follow a bar. */
final class Filters {
  private static final Set<String> NAMES =
      Set.of(
          "trim",
          "strip",
          "upper",
          "lower",
          "title",
          "capitalize",
          "replace",
          "indent",
          "string",
          "int",
          "float",
          "abs",
          "round",
          "tojson",
          "length",
          "count",
          "default",
          "d",
          "join",
          "first",
          "last",
          "list",
          "sort",
          "reverse",
          "unique",
          "items",
          "dictsort",
          "map",
          "select",
          "reject",
          "selectattr",
          "rejectattr",
          "sum",
          "min",
          "max",
          "safe",
          "escape",
          "e",
          "format",
          "wordcount");

  private static final Set<String> LENIENT =
      Set.of("map", "select", "reject", "selectattr", "rejectattr");

  private Filters() {}

  static boolean knows(String name) {
    return NAMES.contains(name);
  }

  static @Nullable Object apply(String name, @Nullable Object value, Given given, Scope scope) {
    scope.budget().step();
    return switch (name) {
      case "trim", "strip" ->
          Texts.strip(Values.text(value), given.get(0, "chars", null), true, true);
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "title" -> Texts.title(Values.text(value));
      case "capitalize" -> Texts.capitalize(Values.text(value));
      case "replace" ->
          Values.text(value)
              .replace(Values.text(given.get(0, "old", "")), Values.text(given.get(1, "new", "")));
      case "indent" -> indent(Values.text(value), given);
      case "string", "safe" -> Values.text(value);
      case "escape", "e" -> escaped(Values.text(value));
      case "int" -> Numbers.whole(value, given.get(0, "default", 0L));
      case "float" -> Numbers.broken(value, given.get(0, "default", 0.0));
      case "abs" -> Values.compare(value, 0L) < 0 ? Operators.apply("-", 0L, value) : value;
      case "round" -> Numbers.round(value, given);
      case "tojson" ->
          Literals.json(
              value, given.get(0, "indent", null) instanceof Long by ? by.intValue() : -1);
      case "length", "count" -> Values.size(value);
      case "wordcount" -> (long) Texts.words(Values.text(value)).size();
      case "default", "d" ->
          value instanceof Undefined
                  || Values.isTrue(given.get(1, "boolean", false)) && !Values.isTrue(value)
              ? given.get(0, "default_value", "")
              : value;
      case "format" -> Texts.format(Values.text(value), given.plain());
      default -> ofList(name, value, given, scope);
    };
  }

  private static @Nullable Object ofList(
      String name, @Nullable Object value, Given given, Scope scope) {
    if (name.equals("items") || name.equals("dictsort")) {
      return pairs(value, name.equals("dictsort"));
    }
    // These take whatever is false for nothing, as Jinja2's select_or_reject does.
    boolean lenient = LENIENT.contains(name) && !Values.isTrue(value);
    List<@Nullable Object> all = lenient ? List.of() : Values.elements(value);
    return switch (name) {
      case "list" -> all;
      case "first" -> all.isEmpty() ? new Undefined("first") : all.getFirst();
      case "last" -> all.isEmpty() ? new Undefined("last") : all.getLast();
      case "min" -> all.isEmpty() ? new Undefined("min") : Collections.min(all, Values::compare);
      case "max" -> all.isEmpty() ? new Undefined("max") : Collections.max(all, Values::compare);
      case "reverse" ->
          value instanceof String text
              ? new StringBuilder(text).reverse().toString()
              : all.reversed();
      case "unique" -> unique(all);
      case "join" -> join(all, given);
      case "sort" -> sorted(all, given);
      case "sum" -> sum(all, given);
      case "map" -> mapped(all, given, scope);
      case "select", "reject" -> selected(all, given, 0, name.equals("select"));
      default -> selected(all, given, 1, name.equals("selectattr"));
    };
  }

  private static String indent(String text, Given given) {
    Object width = given.get(0, "width", 4L);
    String blanks =
        width instanceof Long count ? " ".repeat(Math.clamp(count, 0, 1000)) : Values.text(width);
    boolean first = Values.isTrue(given.get(1, "first", false));
    boolean blank = Values.isTrue(given.get(2, "blank", false));
    StringBuilder out = new StringBuilder();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      out.append(i > 0 ? "\n" : "");
      out.append((i > 0 || first) && (blank || !lines[i].isEmpty()) ? blanks : "");
      out.append(lines[i]);
    }
    return out.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  static List<@Nullable Object> pairs(@Nullable Object value, boolean sorted) {
    List<@Nullable Object> pairs = new ArrayList<>();
    if (value instanceof Undefined) {
      return pairs;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException(
          "the chat template asks for the items of %s; wanted a map".formatted(Values.kind(value)));
    }
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort((a, b) -> Values.text(a.getKey()).compareToIgnoreCase(Values.text(b.getKey())));
    }
    for (Map.Entry<?, ?> entry : entries) {
      List<@Nullable Object> pair = new ArrayList<>();
      pair.add(entry.getKey());
      pair.add(entry.getValue());
      pairs.add(pair);
    }
    return pairs;
  }

  private static List<@Nullable Object> unique(List<@Nullable Object> all) {
    List<@Nullable Object> kept = new ArrayList<>();
    for (Object element : all) {
      if (kept.stream().noneMatch(other -> Values.equal(other, element))) {
        kept.add(element);
      }
    }
    return kept;
  }

  private static String join(List<@Nullable Object> all, Given given) {
    Object attribute = given.get(1, "attribute", null);
    return all.stream()
        .map(element -> attribute == null ? element : Values.member(element, attribute))
        .map(Values::text)
        .collect(Collectors.joining(Values.text(given.get(0, "d", ""))));
  }

  private static List<@Nullable Object> sorted(List<@Nullable Object> all, Given given) {
    Object attribute = given.get(2, "attribute", null);
    boolean exact = Values.isTrue(given.get(1, "case_sensitive", false));
    List<@Nullable Object> sorted = new ArrayList<>(all);
    sorted.sort((a, b) -> Values.compare(key(a, attribute, exact), key(b, attribute, exact)));
    return Values.isTrue(given.get(0, "reverse", false)) ? sorted.reversed() : sorted;
  }

  private static @Nullable Object key(
      @Nullable Object element, @Nullable Object attribute, boolean exact) {
    Object key = attribute == null ? element : Values.member(element, attribute);
    return key instanceof String text && !exact ? text.toLowerCase(Locale.ROOT) : key;
  }

  private static @Nullable Object sum(List<@Nullable Object> all, Given given) {
    Object attribute = given.get(0, "attribute", null);
    Object sum = given.get(1, "start", 0L);
    for (Object element : all) {
      sum =
          Operators.apply(
              "+", sum, attribute == null ? element : Values.member(element, attribute));
    }
    return sum;
  }

  private static List<@Nullable Object> mapped(
      List<@Nullable Object> all, Given given, Scope scope) {
    List<@Nullable Object> mapped = new ArrayList<>();
    Object attribute = given.named().get("attribute");
    for (Object element : all) {
      if (attribute != null) {
        Object found = Values.member(element, attribute);
        mapped.add(
            found instanceof Undefined ? given.named().getOrDefault("default", found) : found);
      } else {
        String name = Values.text(given.get(0, "filter", ""));
        if (!knows(name)) {
          throw new TemplateException(
              "the chat template maps with '%s'; wanted a filter known here".formatted(name));
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>(given.named());
        mapped.add(apply(name, element, new Given(rest(given.plain(), 1), named), scope));
      }
    }
    return mapped;
  }

  /** Those that pass a test, themselves or a member of theirs. */
  private static List<@Nullable Object> selected(
      List<@Nullable Object> all, Given given, int testAt, boolean wanted) {
    Object member = testAt == 0 ? null : given.get(0, "attribute", "");
    Object test = given.get(testAt, "test", null);
    if (test != null && !Checks.knows(Values.text(test))) {
      throw new TemplateException(
          "the chat template selects with '%s'; wanted a test known here"
              .formatted(Values.text(test)));
    }
    List<@Nullable Object> kept = new ArrayList<>();
    for (Object element : all) {
      Object tested = member == null ? element : Values.member(element, member);
      boolean passes =
          test == null
              ? Values.isTrue(tested)
              : Checks.holds(Values.text(test), tested, rest(given.plain(), testAt + 1));
      if (passes == wanted) {
        kept.add(element);
      }
    }
    return kept;
  }

  private static List<@Nullable Object> rest(List<@Nullable Object> all, int from) {
    return all.subList(Math.min(from, all.size()), all.size());
  }
}
