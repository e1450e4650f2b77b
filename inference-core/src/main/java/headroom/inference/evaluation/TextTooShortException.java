package headroom.inference.evaluation;

/** A text of too few tokens to score; the message says how many there are and are wanted. */
public final class TextTooShortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TextTooShortException(int tokens, int context) {
    super(
        "the text has %d tokens; wanted at least %d, two contexts of %d%s"
            .formatted(
                tokens,
                2 * context,
                context,
                tokens / 2 >= Chunks.SMALLEST_CONTEXT
                    ? ": a context of %d would do".formatted(tokens / 2)
                    : ""));
  }
}
