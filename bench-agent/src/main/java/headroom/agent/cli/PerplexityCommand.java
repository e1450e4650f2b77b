package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.inference.LanguageModel;
import headroom.inference.decode.Session;
import headroom.inference.evaluation.Chunks;
import headroom.inference.evaluation.Perplexity;
import headroom.inference.evaluation.TextTooShortException;
import headroom.kv.CacheStorage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores a text. */
@Command(
    name = "perplexity",
    description = {
      "How well a model predicts a text: the second half of every chunk, as llama-perplexity has"
          + " it.",
      "With --kv or --base also the Kullback-Leibler divergence from the f16 cache or the other"
          + " model."
    })
final class PerplexityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "FILE", required = true, description = "GGUF file.")
  private Path model;

  @Option(names = "--text", paramLabel = "FILE", required = true, description = "Text in UTF-8.")
  private Path text;

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description =
          "GGUF file of the same vocabulary, such as the model before it was quantised, whose"
              + " predictions are the measure. Default: the model itself with an f16 cache.")
  private @Nullable Path base;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Tokens of a chunk. Default: 512, or half of the text where it is too short for two.")
  private @Nullable Integer context;

  @Mixin private CacheOption cache;
  @Mixin private EngineOptions engine;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  PerplexityCommand() {}

  @Override
  public Integer call() throws IOException {
    CacheStorage storage = cache.storage();
    if (context != null && context < Chunks.SMALLEST_CONTEXT) {
      throw CommandFailure.badArgument(
          "--context is %d; wanted at least %d".formatted(context, Chunks.SMALLEST_CONTEXT));
    }
    requireModel("--model", model);
    new PathArgument("--text", text).file("a text in UTF-8", PathArgument.TEXT);
    if (base != null) {
      requireModel("--base", base);
    }
    try (LanguageModel loaded = LanguageModel.load(model, engine.loadOptions())) {
      Chunks chunks = chunks(loaded);
      if (base != null) {
        try (LanguageModel other = LanguageModel.load(base, engine.loadOptions())) {
          requireSameVocabulary(other, loaded);
          print(
              score(chunks, loaded, other, storage),
              storage,
              chunks.context(),
              base.getFileName() + ", f16");
        }
      } else {
        LanguageModel measure = storage.equals(CacheStorage.F16) ? null : loaded;
        print(score(chunks, loaded, measure, storage), storage, chunks.context(), "f16");
      }
    }
    return 0;
  }

  private static void requireModel(String option, Path file) {
    new PathArgument(option, file).file("a GGUF file", PathArgument.GGUF);
  }

  private void requireSameVocabulary(LanguageModel other, LanguageModel loaded) {
    if (other.vocabularySize() != loaded.vocabularySize()) {
      throw CommandFailure.badArgument(
          "%s knows %d tokens, %s %d; wanted the same vocabulary"
              .formatted(base, other.vocabularySize(), model, loaded.vocabularySize()));
    }
  }

  private Chunks chunks(LanguageModel loaded) throws IOException {
    try {
      String content = new String(Files.readAllBytes(text), StandardCharsets.UTF_8);
      return context == null
          ? Chunks.of(content, loaded.tokenizer())
          : Chunks.of(content, loaded.tokenizer(), context);
    } catch (TextTooShortException e) {
      throw CommandFailure.failed("%s: %s".formatted(text, e.getMessage()));
    }
  }

  private Perplexity score(
      Chunks chunks, LanguageModel loaded, @Nullable LanguageModel other, CacheStorage storage) {
    PrintWriter messages = spec.commandLine().getErr();
    int context = chunks.context();
    if (context > loaded.contextLength()) {
      messages.println(
          "warning: %s was made for %d tokens; a context of %d is more"
              .formatted(model, loaded.contextLength(), context));
    }
    messages.println(
        "%d tokens in %d chunks of %d".formatted(chunks.tokens(), chunks.count(), context));
    try (Session tested = loaded.newSession(storage.spec(context));
        Session measure = other == null ? null : other.newSession(CacheStorage.F16.spec(context))) {
      Perplexity perplexity =
          Perplexity.of(
              chunks,
              tested,
              measure,
              (soFar, done) -> {
                messages.print(String.format(Locale.ROOT, "[%d]%.4f ", done, soFar.value()));
                messages.flush();
              });
      messages.println();
      return perplexity;
    }
  }

  private void print(Perplexity perplexity, CacheStorage storage, int context, String measure) {
    PerplexityReport report = new PerplexityReport(perplexity, storage, context, measure);
    spec.commandLine()
        .getOut()
        .println(json ? RunJson.mapper().writeValueAsString(report.json()) : report.text());
  }
}
