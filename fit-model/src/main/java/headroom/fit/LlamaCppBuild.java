package headroom.fit;

import java.time.YearMonth;
import java.time.format.DateTimeParseException;

/** Builds of llama.cpp that lay out scratch memory differently, oldest first. */
public enum LlamaCppBuild {
  /**
   * Before June 2025: the product of gate and up is written over the gate
   * (https://github.com/ggml-org/llama.cpp/pull/14158).
   */
  GATES_IN_PLACE,
  /** To May 2026: a micro-batch has room for the logits of all its tokens. */
  LOGITS_OF_BATCH,
  /**
   * Since June 2026: llama-server asks for the logits of one token of each sequence
   * (https://github.com/ggml-org/llama.cpp/pull/23861), and masks of flash attention are F16 from
   * the start (https://github.com/ggml-org/llama.cpp/pull/23764).
   */
  LOGITS_OF_SEQUENCES;

  private static final YearMonth GATES_APART = YearMonth.of(2025, 6);
  private static final YearMonth FEWER_LOGITS = YearMonth.of(2026, 6);

  /**
   * Sliding windows have caches of their own since
   * https://github.com/ggml-org/llama.cpp/pull/13194.
   */
  private static final YearMonth WINDOW_CACHES = YearMonth.of(2025, 5);

  /** What was built in that month; of a month with a change, what came after it. */
  public static LlamaCppBuild of(YearMonth month) {
    return month.isBefore(GATES_APART)
        ? GATES_IN_PLACE
        : month.isBefore(FEWER_LOGITS) ? LOGITS_OF_BATCH : LOGITS_OF_SEQUENCES;
  }

  /** llama.cpp as it was built in that month and started without options. */
  public static Engine.LlamaCpp engineOf(YearMonth month) {
    return new Engine.LlamaCpp(month.isBefore(WINDOW_CACHES), true, of(month));
  }

  /**
   * The engine as it was built in a month.
   *
   * @param month {@code 2025-09}
   * @throws IllegalArgumentException where it is no month, or the engine is not llama.cpp
   */
  public static Engine engineOf(Engine engine, String month) {
    if (!(engine instanceof Engine.LlamaCpp)) {
      throw new IllegalArgumentException(
          "the month of a build changes llama.cpp alone, not %s; leave it out"
              .formatted(engine.id()));
    }
    try {
      return engineOf(YearMonth.parse(month));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'%s' is no month; wanted year and month, for example 2025-09".formatted(month), e);
    }
  }
}
