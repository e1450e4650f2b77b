package headroom.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic and slices, as Python has them. */
final class Operators {
  private Operators() {}

  static @Nullable Object apply(String sign, @Nullable Object a, @Nullable Object b) {
    if (sign.equals("~")) {
      return Values.text(a) + Values.text(b);
    }
    if (sign.equals("+") && a instanceof String x && b instanceof String y) {
      Budget.requireSize((long) x.length() + y.length());
      return x + y;
    }
    if (sign.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
      Budget.requireSize((long) x.size() + y.size());
      List<@Nullable Object> both = new ArrayList<>(x);
      both.addAll(y);
      return both;
    }
    if (sign.equals("*") && a instanceof String text && b instanceof Long times) {
      Budget.requireSize(times);
      Budget.requireSize(text.length() * Math.max(0, times));
      return text.repeat((int) Math.max(0, times));
    }
    if (Values.number(a) instanceof Number x && Values.number(b) instanceof Number y) {
      return x instanceof Long i && y instanceof Long j && !sign.equals("/")
          ? whole(sign, i, j)
          : broken(sign, x.doubleValue(), y.doubleValue());
    }
    throw new TemplateException(
        "the chat template has %s %s %s; wanted two numbers, texts or lists"
            .formatted(Values.kind(a), sign, Values.kind(b)));
  }

  private static Object whole(String sign, long a, long b) {
    if (b == 0 && (sign.equals("//") || sign.equals("%"))) {
      throw new TemplateException("the chat template divides by zero");
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> power(a, b);
    };
  }

  private static Object power(long a, long b) {
    double power = Math.pow(a, b);
    return b >= 0 && Math.abs(power) < 1L << 53 ? (Object) (long) power : (Object) power;
  }

  private static double broken(String sign, double a, double b) {
    if (b == 0
        && !sign.equals("+")
        && !sign.equals("-")
        && !sign.equals("*")
        && !sign.equals("**")) {
      throw new TemplateException("the chat template divides by zero");
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      default -> Math.pow(a, b);
    };
  }

  /** {@code value[from:to:step]}; what is null is left out. */
  static Object slice(
      @Nullable Object value, @Nullable Object from, @Nullable Object to, @Nullable Object step) {
    if (!(value instanceof String) && !(value instanceof List<?>)) {
      throw new TemplateException(
          "the chat template slices %s; wanted a text or a list".formatted(Values.kind(value)));
    }
    List<@Nullable Object> all = Values.elements(value);
    long stride = step instanceof Long given ? given : 1;
    if (stride == 0) {
      throw new TemplateException("the chat template slices in steps of 0");
    }
    int size = all.size();
    boolean up = stride > 0;
    long first = bound(from, up ? 0 : size - 1, size, up);
    long end = bound(to, up ? size : -1, size, up);
    List<@Nullable Object> kept = new ArrayList<>();
    stride = Math.clamp(stride, -1L - size, 1L + size); // further than that is out of it
    for (long i = first; up ? i < end : i > end; i += stride) {
      kept.add(all.get((int) i));
    }
    if (value instanceof List<?>) {
      return kept;
    }
    StringBuilder text = new StringBuilder();
    kept.forEach(text::append);
    return text.toString();
  }

  private static long bound(@Nullable Object given, long otherwise, int size, boolean up) {
    if (!(given instanceof Long index)) {
      return otherwise;
    }
    long at = index < 0 ? index + size : index;
    return up ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
  }
}
