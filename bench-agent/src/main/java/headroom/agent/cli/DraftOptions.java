package headroom.agent.cli;

import headroom.agent.cli.Generation.Speculation;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.decode.DraftModel;
import headroom.inference.decode.Lookup;
import headroom.inference.decode.Session;
import headroom.inference.decode.SpeculativeDecoder;
import headroom.inference.decode.TreeDecoder;
import headroom.inference.decode.TreeLookup;
import headroom.inference.sample.Distribution;
import headroom.kv.CacheScheme;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who guesses tokens before the model computes them. */
final class DraftOptions {
  @Option(
      names = "--draft",
      paramLabel = "FILE",
      description =
          "GGUF file of a smaller model of the same vocabulary that guesses tokens, which the model"
              + " then checks together (speculative decoding); the text stays what the model alone"
              + " would write.")
  private @Nullable Path model;

  @Option(
      names = "--lookup",
      description = "Guess that what followed the last tokens before follows them again.")
  private boolean lookup;

  @Option(
      names = "--guesses",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With --lookup: ways to go on that the model checks at once, as a tree. Default: 1.")
  private int guesses = 1;

  @Option(
      names = "--draft-tokens",
      paramLabel = "N",
      defaultValue = "5",
      description = "Most tokens guessed at a time. Default: 5.")
  private int most = 5;

  boolean asked() {
    return lookup || model != null;
  }

  /** Refuses what does not go together. */
  void check(CacheStorage cache) {
    if (lookup && model != null) {
      throw CommandFailure.badArgument("found --draft and --lookup; wanted one of them");
    }
    if (most < 1) {
      throw CommandFailure.badArgument("--draft-tokens is %d; wanted at least 1".formatted(most));
    }
    if (guesses < 1) {
      throw CommandFailure.badArgument("--guesses is %d; wanted at least 1".formatted(guesses));
    }
    if (guesses > 1 && !lookup) {
      throw CommandFailure.badArgument(
          "found --guesses %d without --lookup; wanted both or none".formatted(guesses));
    }
    if (guesses > 1 && !(cache.scheme() instanceof CacheScheme.Whole)) {
      throw CommandFailure.badArgument(
          "several guesses lie in the cache at once, which %s does not take; wanted one that keeps every token as it is"
              .formatted(cache.text()));
    }
    if (asked() && cache.scheme() instanceof CacheScheme.Evicting) {
      throw CommandFailure.badArgument(
          "guesses are taken back where they were wrong, which the cache %s cannot; wanted one that keeps every token"
              .formatted(cache.text()));
    }
    if (model != null) {
      new PathArgument("--draft", model).file("a GGUF file", PathArgument.GGUF);
    }
  }

  /** The opened drafter; close it after the generation. */
  Opened open(LanguageModel target, KvCacheSpec cache, LoadOptions options, Distribution sampler) {
    if (model == null) {
      Speculation speculation =
          guesses == 1
              ? new SpeculativeDecoder(Lookup.DEFAULT, most)::generate
              : new TreeDecoder(new TreeLookup(Lookup.DEFAULT.longest(), guesses), most)::generate;
      return new Opened(speculation, null, null);
    }
    LanguageModel small = LanguageModel.load(model, options);
    if (small.vocabularySize() != target.vocabularySize()) {
      int found = small.vocabularySize();
      small.close();
      throw CommandFailure.badArgument(
          "--draft %s knows %d tokens, the model %d; wanted the same vocabulary"
              .formatted(model, found, target.vocabularySize()));
    }
    Session session =
        small.newSession(KvCacheSpec.f16(Math.min(small.contextLength(), cache.contextLength())));
    return new Opened(
        new SpeculativeDecoder(new DraftModel(session, sampler), most)::generate, small, session);
  }

  /** What drafts and what must be closed after it. */
  record Opened(Speculation speculation, @Nullable LanguageModel model, @Nullable Session session)
      implements AutoCloseable {
    @Override
    public void close() {
      if (session != null) {
        session.close();
      }
      if (model != null) {
        model.close();
      }
    }
  }
}
