package headroom.web.results;

import headroom.web.support.FormInput;
import java.util.Arrays;
import java.util.List;

/**
 * Which runs to list; an empty text asks nothing.
 *
 * @param model part of the model's name or shape
 * @param cpu part of the processor's name
 * @param engine part of the engine's name
 * @param format whole weight format
 * @param test whole test, {@code pp512}
 * @param state whether accepted or quarantined ones
 * @param page from 1
 */
record RunFilter(
    String model, String cpu, String engine, String format, String test, RunState state, int page) {
  /** Beyond it nobody reads; filters find a run sooner. */
  private static final int LAST_PAGE = 10_000;

  private static final List<String> STATES =
      Arrays.stream(RunState.values()).map(RunState::id).toList();

  /** Reads the parameters of an address; what cannot be read is a fault of {@code input}. */
  static RunFilter of(FormInput input, RunState otherwise) {
    return new RunFilter(
        text(input, "model"),
        text(input, "cpu"),
        text(input, "engine"),
        text(input, "format"),
        text(input, "test"),
        input.choice("state", STATES).map(RunState::of).orElse(otherwise),
        page(input));
  }

  /** The same question among the runs of this state. */
  RunFilter in(RunState other) {
    return new RunFilter(model, cpu, engine, format, test, other, page);
  }

  /** A text that the database can compare; empty where none was given. */
  static String text(FormInput input, String name) {
    String text = input.text(name).orElse("");
    if (text.chars().anyMatch(Character::isISOControl)) {
      input.reject(name, "has a control character; wanted plain text");
      return "";
    }
    return text;
  }

  private static int page(FormInput input) {
    double page = input.number("page", 1, LAST_PAGE).orElse(1);
    if (page != Math.rint(page)) {
      input.reject("page", "is no whole number; wanted 1, 2, 3 …");
    }
    return (int) page;
  }
}
