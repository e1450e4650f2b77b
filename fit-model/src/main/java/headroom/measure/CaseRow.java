package headroom.measure;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One case that a prediction is held against: a log of real memory or a measured speed.
 *
 * @param id what it is called
 * @param facts what its file tells
 */
public record CaseRow(String id, Facts facts) {
  public Optional<String> text(String key) {
    return facts.text(key);
  }

  public OptionalInt integer(String key) {
    return facts.integer(key);
  }

  public OptionalDouble number(String key) {
    return facts.number(key);
  }

  public Optional<Boolean> flag(String key) {
    return facts.flag(key);
  }
}
