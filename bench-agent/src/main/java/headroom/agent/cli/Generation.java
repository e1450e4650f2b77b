package headroom.agent.cli;

import headroom.inference.LanguageModel;
import headroom.inference.decode.PlainDecoder;
import headroom.inference.decode.PromptCache;
import headroom.inference.decode.Session;
import headroom.inference.decode.SpeculationTrace;
import headroom.inference.decode.SpeculativeDecoder;
import headroom.inference.sample.Distribution;
import headroom.inference.token.TextStream;
import headroom.inference.token.Tokenizer;
import headroom.kv.KvCacheSpec;
import headroom.units.TokenRate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
  private final Distribution sampler;
  private final PrintWriter out;
  private @Nullable Speculation speculating;
  private @Nullable Path promptCache;
  private @Nullable SpeculationTrace speculation;
  private int reused;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean interrupted;
  private int promptTokens;
  private int generated;
  private long firstNanos;
  private long lastNanos;

  Generation(LanguageModel model, KvCacheSpec cache, Distribution sampler, PrintWriter out) {
    this.model = model;
    this.cache = cache;
    this.sampler = sampler;
    this.out = out;
  }

  /** A way to generate by guesses that the model checks. */
  @FunctionalInterface
  interface Speculation {
    /** As {@link SpeculativeDecoder#generate}. */
    SpeculationTrace generate(
        Session session,
        int[] prompt,
        int most,
        Distribution sampler,
        Set<Integer> ends,
        IntConsumer onToken);
  }

  /** From now on tokens are guessed before they are computed. */
  void draft(Speculation by) {
    speculating = by;
  }

  /** From now on the prompt's cache is read from a file where it is there, and written to it. */
  void keepPrompt(Path file) {
    promptCache = file;
  }

  /** Writes the prompt and what follows it, at most {@code most} tokens. */
  void run(String prompt, int[] ids, int most) throws IOException {
    Thread onInterrupt = new Thread(this::interrupt, "stop-generating");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    Tokenizer tokenizer = model.tokenizer();
    TextStream text = new TextStream();
    promptTokens = ids.length;
    write(prompt);
    long begin = System.nanoTime();
    try (Session session = model.newSession(cache)) {
      int[] rest = promptCache == null ? ids : withCache(promptCache, session, ids);
      IntConsumer onToken = token -> take(begin, text, tokenizer, token);
      if (speculating == null) {
        new PlainDecoder().generate(session, rest, most, sampler, ends(tokenizer), onToken);
      } else {
        speculation = speculating.generate(session, rest, most, sampler, ends(tokenizer), onToken);
      }
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

  /** Computes all of the prompt but its last token, with the help of the file; keeps the result. */
  private int[] withCache(Path file, Session session, int[] ids) throws IOException {
    byte[] fingerprint = model.fingerprint();
    if (Files.isRegularFile(file)) {
      PromptCache.load(file, fingerprint, model.vocabularySize(), session);
    }
    reused = session.reuse(ids);
    int last = ids.length - 1;
    if (reused < last) {
      session.forward(Arrays.copyOfRange(ids, reused, last));
      PromptCache.save(file, fingerprint, session);
    }
    return new int[] {ids[last]};
  }

  boolean interrupted() {
    return interrupted;
  }

  /** Tokens and speed, one line. */
  String trace() {
    StringBuilder trace = new StringBuilder("prompt %d tokens".formatted(promptTokens));
    if (promptCache != null) {
      trace.append(" (%d from %s)".formatted(reused, promptCache.getFileName()));
    }
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
    if (speculation != null) {
      trace.append(
          String.format(
              Locale.ROOT,
              "; accepted %d of %d drafted tokens (%.0f %%) in %d passes, drafting took %.0f ms,"
                  + " checking %.0f ms",
              speculation.accepted(),
              speculation.drafted(),
              100 * speculation.acceptanceRate(),
              speculation.rounds(),
              speculation.draftNanos() / 1e6,
              speculation.verifyNanos() / 1e6));
    }
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
