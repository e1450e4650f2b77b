package headroom.agent.cli;

import headroom.fit.Companions;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufParts;
import headroom.kv.CacheFormat;
import headroom.model.HeaderModel;
import headroom.model.HeaderProjector;
import headroom.model.ModelSpec;
import headroom.model.Projector;
import headroom.quant.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is loaded beside a model: a vision projector, a draft model, its prediction layer. */
final class CompanionOptions {
  private static final String KNOWN = "known";

  @Option(
      names = "--mmproj",
      paramLabel = "FILE|SIZE",
      arity = "0..1",
      fallbackValue = KNOWN,
      description = {
        "Count the vision projector: an mmproj file, its size, or without a value",
        "what the catalogue knows of it."
      })
  private @Nullable String projector;

  @Option(
      names = {"--draft-model", "--model-draft", "-md"},
      paramLabel = "ID|FILE",
      description = "Count a draft model with a cache of its own for speculative decoding.")
  private @Nullable String draft;

  @Option(
      names = "--draft-quant",
      paramLabel = "Q",
      description = "Weight format of the draft model. Default: as --quant has it for a model.")
  private @Nullable String draftQuant;

  @Option(
      names = "--mtp",
      description = "Count the model's own layer for multi-token prediction and its context.")
  private boolean predictionLayer;

  @Option(
      names = "--draft-kv",
      paramLabel = "K[,V]",
      defaultValue = "f16",
      description = "Storage of what drafts cache. Default: f16, as llama.cpp has it.")
  private String draftKv = "f16";

  Companions companions(ModelSpec model, Names names) throws IOException {
    Companions all = Companions.NONE;
    if (projector != null) {
      all = all.withProjector(projector(projector, model));
    }
    if (draft == null && draftQuant != null) {
      throw CommandFailure.badArgument(
          "--draft-quant is '%s' without --draft-model; wanted both".formatted(draftQuant));
    }
    if (draft != null) {
      all = draft(all, draft, names);
    }
    if (predictionLayer) {
      all = all.withPredictionHead();
    }
    List<CacheFormat> cache = names.caches("--draft-kv", draftKv);
    return all.withCache(cache.getFirst(), cache.getLast());
  }

  private Companions draft(Companions all, String text, Names names) throws IOException {
    Optional<WeightFormat> format = Optional.ofNullable(draftQuant).map(names::weights);
    Optional<Path> file = names.modelFile("--draft-model", text);
    if (file.isPresent()) {
      List<GgufHeader> parts = GgufParts.read(file.get());
      return all.withDraft(
          HeaderModel.of(parts), format.orElseGet(() -> HeaderModel.stored(parts)));
    }
    var known = names.model(text);
    return all.withDraft(known.spec(), format.orElseGet(known::usualMix));
  }

  private static Projector projector(String text, ModelSpec model) throws IOException {
    if (text.equals(KNOWN)) {
      return model
          .projector()
          .orElseThrow(
              () ->
                  CommandFailure.badArgument(
                      ("--mmproj: what reads images for %s is not known here; give its mmproj file,"
                              + " or its size such as --mmproj 850MiB")
                          .formatted(model.name())));
    }
    if (Names.isFile(text)) {
      Path file =
          new PathArgument("--mmproj", Path.of(text))
              .file("an mmproj GGUF file or a size such as 850MiB", PathArgument.GGUF);
      return HeaderProjector.of(GgufParts.read(file).getFirst());
    }
    return SizeText.parse(text)
        .map(Projector::ofSize)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    "--mmproj is '%s'; wanted an mmproj GGUF file or a size such as 850MiB"
                        .formatted(text)));
  }
}
