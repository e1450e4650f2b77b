package headroom.inference.evaluation;

import headroom.inference.decode.Session;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * e to the mean negative log-likelihood of a text's tokens, as <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/tools/perplexity/perplexity.cpp">llama.cpp's
 * tool</a> has it: the second half of every chunk is scored, the first is its context.
 *
 * @param chunks scored
 * @param scored tokens that were predicted and counted
 * @param value perplexity and its standard error
 * @param divergence from the predictions of another session, where one was held against it
 */
public record Perplexity(int chunks, long scored, Estimate value, Optional<Divergence> divergence) {
  /**
   * Tokens that go through the network together. Few, for a cache that rounds old tokens does it
   * between batches, and logits of one batch are held at once.
   */
  public static final int BATCH = 32;

  /**
   * Scores every chunk.
   *
   * @param chunks of the text, in the vocabulary of both sessions
   * @param tested with room for a chunk; emptied before each
   * @param base whose predictions those of {@code tested} are held against, likewise
   * @param progress hears the perplexity so far and the chunks scored
   */
  public static Perplexity of(
      Chunks chunks, Session tested, @Nullable Session base, ObjIntConsumer<Estimate> progress) {
    Moments losses = new Moments();
    Divergence.Collector collector = new Divergence.Collector();
    for (int i = 0; i < chunks.count(); i++) {
      score(chunks.chunk(i), tested, base, losses, collector);
      progress.accept(exponential(losses.first()), i + 1);
    }
    return new Perplexity(
        chunks.count(),
        losses.count(),
        exponential(losses.first()),
        base == null ? Optional.empty() : Optional.of(collector.divergence()));
  }

  private static void score(
      int[] tokens,
      Session tested,
      @Nullable Session base,
      Moments losses,
      Divergence.Collector collector) {
    tested.truncate(0);
    if (base != null) {
      base.truncate(0);
    }
    int half = tokens.length / 2;
    // The last token predicts nothing that is known.
    for (int first = 0; first < tokens.length - 1; ) {
      int end = Math.min(first + BATCH, first < half ? half : tokens.length - 1);
      int[] batch = Arrays.copyOfRange(tokens, first, end);
      if (end <= half) {
        tested.forward(batch);
        if (base != null) {
          base.forward(batch);
        }
      } else {
        float[][] logits = tested.forwardEach(batch);
        float[] @Nullable [] baseLogits = base == null ? null : base.forwardEach(batch);
        for (int i = 0; i < batch.length; i++) {
          LogProbabilities found = new LogProbabilities(logits[i]);
          int next = tokens[first + i + 1];
          losses.add(-found.of(next), 0);
          if (baseLogits != null) {
            collector.add(new LogProbabilities(baseLogits[i]), found, next);
          }
        }
      }
      first = end;
    }
  }

  private static Estimate exponential(Estimate loss) {
    double value = Math.exp(loss.value());
    return new Estimate(value, value * loss.error());
  }
}
