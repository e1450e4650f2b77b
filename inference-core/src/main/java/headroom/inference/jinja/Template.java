package headroom.inference.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template that is read once and filled often; immutable. It is run with a budget, for it came
 * with somebody's file, and touches nothing but the values that it is given.
 */
public final class Template {
  private final Part whole;
  private final Clock clock;

  private Template(Part whole, Clock clock) {
    this.whole = whole;
    this.clock = clock;
  }

  /**
   * Reads a template.
   *
   * @param clock what {@code strftime_now} asks
   * @throws TemplateException naming the line, what was found and what was wanted
   */
  public static Template of(String source, Clock clock) {
    try {
      return new Template(Statements.of(source), clock);
    } catch (StackOverflowError e) {
      throw tooDeep(e);
    }
  }

  /**
   * Fills it.
   *
   * @param values by name: null, Boolean, Long, Double, String, lists and maps of these
   * @throws TemplateException where the template refuses them, or what it does has no sense
   */
  public String fill(Map<String, ? extends @Nullable Object> values) {
    Map<String, @Nullable Object> globals = new HashMap<>(functions());
    globals.putAll(values);
    StringBuilder out = new StringBuilder();
    try {
      whole.render(new Scope(globals, new Budget()).inner(), out);
    } catch (StackOverflowError e) {
      throw tooDeep(e);
    }
    return out.toString();
  }

  /** Long chains of operators are as deep as they are long; nobody can count them beforehand. */
  private static TemplateException tooDeep(StackOverflowError e) {
    TemplateException deep = new TemplateException("the chat template is nested too deep");
    deep.addSuppressed(e);
    return deep;
  }

  private Map<String, Function> functions() {
    return Map.of(
        "raise_exception",
        (plain, _) -> {
          throw new TemplateException(
              "the chat template refuses these messages: "
                  + (plain.isEmpty() ? "" : Values.text(plain.getFirst())));
        },
        "strftime_now",
        (plain, _) -> date(plain.isEmpty() ? "" : Values.text(plain.getFirst())),
        "range",
        (plain, _) -> range(plain),
        "namespace",
        (plain, named) -> namespace(plain, named),
        "dict",
        (_, named) -> new LinkedHashMap<@Nullable Object, @Nullable Object>(named));
  }

  private static Namespace namespace(
      List<@Nullable Object> plain, Map<String, @Nullable Object> named) {
    Namespace space = new Namespace(named);
    if (!plain.isEmpty() && plain.getFirst() instanceof Map<?, ?> first) {
      first.forEach((name, value) -> space.putIfAbsent(Values.text(name), value));
    }
    return space;
  }

  private static List<@Nullable Object> range(List<@Nullable Object> plain) {
    long[] bounds =
        plain.stream()
            .mapToLong(bound -> Values.number(bound) instanceof Number n ? n.longValue() : 0)
            .toArray();
    long first = bounds.length > 1 ? bounds[0] : 0;
    long end = bounds.length > 1 ? bounds[1] : bounds.length == 1 ? bounds[0] : 0;
    long step = bounds.length > 2 ? bounds[2] : 1;
    if (step == 0) {
      throw new TemplateException("the chat template counts in steps of 0");
    }
    Budget.requireSize((long) (((double) end - first) / step));
    List<@Nullable Object> numbers = new ArrayList<>();
    for (long i = first; step > 0 ? i < end : i > end; i += step) {
      numbers.add(i);
    }
    return numbers;
  }

  /** As C's {@code strftime} in its own locale, with the places that templates use. */
  private String date(String format) {
    ZonedDateTime now = ZonedDateTime.now(clock);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char place = format.charAt(++i);
      out.append(
          switch (place) {
            case 'Y' -> "%04d".formatted(now.getYear());
            case 'y' -> "%02d".formatted(now.getYear() % 100);
            case 'm' -> "%02d".formatted(now.getMonthValue());
            case 'd' -> "%02d".formatted(now.getDayOfMonth());
            case 'e' -> "%2d".formatted(now.getDayOfMonth());
            case 'H' -> "%02d".formatted(now.getHour());
            case 'M' -> "%02d".formatted(now.getMinute());
            case 'S' -> "%02d".formatted(now.getSecond());
            case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b' -> now.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case '%' -> "%";
            default -> "%" + place;
          });
    }
    return out.toString();
  }
}
