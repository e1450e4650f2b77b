package headroom.inference.evaluation;

import headroom.inference.token.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A text cut into pieces of one context each, the rest left out, as <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/tools/perplexity/perplexity.cpp">perplexity.cpp</a>
 * has it: in models whose texts have a beginning the first token of each piece gives way to it.
 */
public final class Chunks {
  /** Below this half a context is no context. */
  public static final int SMALLEST_CONTEXT = 8;

  /** llama-perplexity's default. */
  private static final int USUAL_CONTEXT = 512;

  private final int[] tokens;
  private final int context;
  private final OptionalInt beginning;

  private Chunks(int[] tokens, int context, OptionalInt beginning) {
    this.tokens = tokens;
    this.context = context;
    this.beginning = beginning;
  }

  /**
   * Cuts a text into the usual 512 tokens, or into two halves where it has not so many.
   *
   * @throws TextTooShortException where a half would be less than {@link #SMALLEST_CONTEXT}
   */
  public static Chunks of(String text, Tokenizer tokenizer) {
    int half = tokenizer.encode(text, true, false).length / 2;
    return of(text, tokenizer, Math.clamp(half, SMALLEST_CONTEXT, USUAL_CONTEXT));
  }

  /**
   * Cuts a text.
   *
   * @param context tokens of a piece, at least {@link #SMALLEST_CONTEXT}
   * @throws TextTooShortException where it has not tokens for two pieces
   */
  public static Chunks of(String text, Tokenizer tokenizer, int context) {
    if (context < SMALLEST_CONTEXT) {
      throw new IllegalArgumentException(
          "the context is %d tokens; wanted at least %d".formatted(context, SMALLEST_CONTEXT));
    }
    int[] tokens = tokenizer.encode(text, true, false);
    if (tokens.length < 2L * context) {
      throw new TextTooShortException(tokens.length, context);
    }
    return new Chunks(tokens, context, beginning(tokenizer, text, tokens));
  }

  /** The token that stands before every text, where one does. */
  private static OptionalInt beginning(Tokenizer tokenizer, String text, int[] tokens) {
    int[] plain = tokenizer.encode(text, false, false);
    return plain.length < tokens.length && tokens[0] != plain[0]
        ? OptionalInt.of(tokens[0])
        : OptionalInt.empty();
  }

  /** Tokens of the whole text. */
  public int tokens() {
    return tokens.length;
  }

  /** Tokens of a piece. */
  public int context() {
    return context;
  }

  /** Number of pieces. */
  public int count() {
    return tokens.length / context;
  }

  /** The tokens [context] of a piece. */
  int[] chunk(int index) {
    int[] chunk = Arrays.copyOfRange(tokens, index * context, (index + 1) * context);
    beginning.ifPresent(token -> chunk[0] = token);
    return chunk;
  }
}
