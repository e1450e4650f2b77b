package headroom.inference.jinja;

import org.jspecify.annotations.Nullable;

/** What a template, which came with somebody's file, may use up. */
final class Budget {
  /** Passes through loops and calls; the longest known template takes a few per message. */
  private static final int STEPS = 2_000_000;

  private static final int DEPTH = 100;
  private static final int CHARACTERS = 1 << 26;

  private int steps;
  private int depth;
  private @Nullable Object caller; // of the call block under way

  void step() {
    if (++steps > STEPS) {
      throw new TemplateException(
          "the chat template took more than %d steps; it may have no end".formatted(STEPS));
    }
  }

  void enter() {
    step();
    if (++depth > DEPTH) {
      throw new TemplateException(
          "the chat template's macros call each other %d deep; it may have no end"
              .formatted(DEPTH));
    }
  }

  void leave() {
    depth--;
  }

  @Nullable Object caller() {
    return caller;
  }

  void caller(@Nullable Object now) {
    caller = now;
  }

  /** Refuses a text or list that would take too much memory. */
  static void requireSize(long size) {
    if (size > CHARACTERS) {
      throw new TemplateException(
          "the chat template makes something of %d elements; wanted at most %d"
              .formatted(size, CHARACTERS));
    }
  }
}
