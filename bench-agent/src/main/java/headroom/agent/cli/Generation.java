package headroom.agent.cli;

import headroom.inference.LanguageModel;
import headroom.inference.decode.PlainDecoder;
import headroom.inference.decode.Session;
import headroom.inference.sample.Sampler;
import headroom.inference.token.TextStream;
import headroom.inference.token.Tokenizer;
import headroom.kv.KvCacheSpec;
import headroom.units.TokenRate;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One generation, written as it comes; Ctrl-C ends it between two tokens. */
final class Generation {
  /** Leaves the decoder in the middle; caught here and nowhere else. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stop() {
      super("stopped by the user", null, false, false);
    }
  }

  private final LanguageModel model;
  private final KvCacheSpec cache;
  private final Sampler sampler;
  private final PrintWriter out;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean interrupted;
  private int promptTokens;
  private int generated;
  private long firstNanos;
  private long lastNanos;

  Generation(LanguageModel model, KvCacheSpec cache, Sampler sampler, PrintWriter out) {
    this.model = model;
    this.cache = cache;
    this.sampler = sampler;
    this.out = out;
  }

  /** Writes the prompt and what follows it, at most {@code most} tokens. */
  void run(String prompt, int[] ids, int most) {
    Thread onInterrupt = new Thread(this::interrupt, "stop-generating");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    Tokenizer tokenizer = model.tokenizer();
    TextStream text = new TextStream();
    promptTokens = ids.length;
    write(prompt);
    long begin = System.nanoTime();
    try (Session session = model.newSession(cache)) {
      new PlainDecoder()
          .generate(
              session,
              ids,
              most,
              sampler,
              ends(tokenizer),
              token -> take(begin, text, tokenizer, token));
    } catch (Stop e) {
      // The user has seen enough; what was generated is counted.
    } finally {
      out.println(text.finish());
      out.flush();
      ended.countDown();
      if (!interrupted) {
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
      }
    }
  }

  boolean interrupted() {
    return interrupted;
  }

  /** Tokens and speed, one line. */
  String trace() {
    StringBuilder trace = new StringBuilder("prompt %d tokens".formatted(promptTokens));
    if (generated > 0) {
      trace.append(", first token after %.0f ms".formatted(firstNanos / 1e6));
    }
    trace.append(", generated %d tokens".formatted(generated));
    if (generated > 1) {
      trace.append(" at %s".formatted(TokenRate.of(generated - 1, (lastNanos - firstNanos) / 1e9)));
    }
    trace.append(
        " (%s, %d thread%s)"
            .formatted(model.kernels(), model.threads(), model.threads() == 1 ? "" : "s"));
    return trace.append(interrupted ? ", stopped" : "").toString();
  }

  private void take(long begin, TextStream text, Tokenizer tokenizer, int token) {
    lastNanos = System.nanoTime() - begin;
    if (generated++ == 0) {
      firstNanos = lastNanos;
    }
    if (!tokenizer.isEndOfGeneration(token)) {
      write(text.add(tokenizer.bytesOf(token)));
    }
    if (interrupted) {
      throw new Stop();
    }
  }

  private void write(String text) {
    out.print(text);
    out.flush();
  }

  private static Set<Integer> ends(Tokenizer tokenizer) {
    return IntStream.range(0, tokenizer.size())
        .filter(tokenizer::isEndOfGeneration)
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Runs while the virtual machine shuts down: waits for the generation's last words. */
  private void interrupt() {
    interrupted = true;
    try {
      if (ended.await(3, TimeUnit.SECONDS)) {
        System.err.println(trace());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
