package headroom.web.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The parameters of one request, read into typed values; every fault is kept beside its field
 * instead of thrown, so that the page can show the form again with all of them.
 */
public final class FormInput {
  private static final int LONGEST_VALUE = 200;

  private final Map<String, String> values;
  private final Map<String, String> errors = new HashMap<>();
  private final List<String> order = new ArrayList<>();

  /**
   * @param parameters first value of each parameter, as Spring's {@code @RequestParam Map} has them
   */
  public FormInput(Map<String, String> parameters) {
    this.values = Map.copyOf(parameters);
  }

  /** The text, stripped; empty where the parameter is absent or blank. */
  public Optional<String> text(String name) {
    String value = raw(name).strip();
    if (value.length() > LONGEST_VALUE) {
      reject(name, "is " + value.length() + " characters long; wanted at most " + LONGEST_VALUE);
      return Optional.empty();
    }
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** A number between two bounds; a decimal point, thousands commas and spaces are understood. */
  public OptionalDouble number(String name, double lowest, double highest) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    String digits = text.get().replace(",", "").replace(" ", "").replace("_", "");
    String wanted = "a number from " + plain(lowest) + " to " + plain(highest);
    if (!digits.matches("[+-]?\\d{0,12}(\\.\\d{0,9})?") || !digits.matches(".*\\d.*")) {
      reject(name, "‘" + text.get() + "’ is not a number; wanted " + wanted);
      return OptionalDouble.empty();
    }
    double number = Double.parseDouble(digits);
    if (number < lowest || number > highest) {
      reject(name, text.get() + " is out of range; wanted " + wanted);
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(number);
  }

  /** One of these values; the fault names them all. */
  public Optional<String> choice(String name, List<String> allowed) {
    Optional<String> text = text(name);
    if (text.isPresent() && !allowed.contains(text.get())) {
      reject(name, "‘" + text.get() + "’ is not one of " + String.join(", ", allowed));
      return Optional.empty();
    }
    return text;
  }

  /** Notes a fault of this field; the first one stays. */
  public void reject(String name, String fault) {
    if (errors.putIfAbsent(name, fault) == null) {
      order.add(name);
    }
  }

  /** The field as the page shows it, with its fault if it has one. */
  public Field field(String name, String label) {
    return new Field(name, label, raw(name), errors.getOrDefault(name, ""));
  }

  /** Faults in the order in which they were found, each led by the name of its field. */
  public List<String> faults() {
    return order.stream().map(name -> name + ": " + errors.get(name)).toList();
  }

  /** 400 where any field is wrong, else 200. */
  public int status() {
    return errors.isEmpty() ? 200 : 400;
  }

  /** Everything that was sent and is not blank, to build links from. */
  public Map<String, String> sent() {
    Map<String, String> sent = new HashMap<>(values);
    sent.values().removeIf(String::isBlank);
    return sent;
  }

  private String raw(String name) {
    return values.getOrDefault(name, "");
  }

  private static String plain(double number) {
    return number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : Double.toString(number);
  }
}
