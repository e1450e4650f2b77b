package headroom.web.results;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which runs to list; an empty text asks nothing.
 *
 * @param model part of the model's name or shape
 * @param cpu part of the processor's name
 * @param engine part of the engine's name
 * @param format whole weight format
 * @param test whole test, {@code pp512}
 * @param state whether ranked or quarantined ones
 * @param page from 1
 */
record RunFilter(
    String model,
    String cpu,
    String engine,
    String format,
    String test,
    RunState state,
    int page) {
  /** Beyond it nobody reads; filters find a run sooner. */
  private static final int LAST_PAGE = 10_000;

  /** Everything accepted, first page. */
  static final RunFilter ALL = new RunFilter("", "", "", "", "", RunState.ACCEPTED, 1);

  /**
   * Reads the parameters of an address.
   *
   * @throws IllegalArgumentException naming the parameter, what was found and what was wanted
   */
  static RunFilter of(
      String model,
      String cpu,
      String engine,
      String format,
      String test,
      String state,
      String page) {
    return new RunFilter(
        text("model", model),
        text("cpu", cpu),
        text("engine", engine),
        text("format", format),
        text("test", test),
        state(state),
        page(page));
  }

  private static String text(String name, String text) {
    String stripped = text.strip();
    if (stripped.length() > RunChecks.LONGEST_TEXT || stripped.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "%s has %d characters; wanted plain text of at most %d"
              .formatted(name, stripped.length(), RunChecks.LONGEST_TEXT));
    }
    return stripped;
  }

  private static RunState state(String text) {
    return Arrays.stream(RunState.values())
        .filter(state -> state.id().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "state is '%s'; wanted %s"
                        .formatted(
                            text,
                            Arrays.stream(RunState.values())
                                .map(RunState::id)
                                .collect(Collectors.joining(" or ")))));
  }

  private static int page(String text) {
    try {
      int page = Integer.parseInt(text.strip());
      if (page >= 1 && page <= LAST_PAGE) {
        return page;
      }
    } catch (NumberFormatException notANumber) {
      // answered below
    }
    throw new IllegalArgumentException(
        "page is '%s'; wanted a whole number from 1 to %d".formatted(text, LAST_PAGE));
  }
}
