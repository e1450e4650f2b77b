package headroom.agent.cli;

import headroom.advise.Alternatives;
import headroom.agent.json.RunJson;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.device.Machine;
import headroom.fit.Companions;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.Remedies;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufParts;
import headroom.gguf.RemoteGguf;
import headroom.knob.Knob;
import headroom.kv.CacheFormat;
import headroom.model.HeaderModel;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks the calculator. */
@Command(
    name = "fit",
    description = {
      "Say whether a model fits a machine, where every byte goes, and how fast it would be.",
      "On one device or several, and on the host where that is asked for."
    })
final class FitCommand implements Callable<Integer> {
  /** A context that a chat fills. */
  private static final int DEFAULT_CONTEXT = 8192;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "ID|FILE|URL",
      description =
          "Model of the catalogue, GGUF file, or address of one (only its header is read).")
  private String model;

  @Mixin private MachineOptions machine;

  @Mixin private LayoutOptions layout;

  @Option(
      names = "--quant",
      paramLabel = "Q",
      description =
          "Weight format. Default: Q4_K_M, or MXFP4_MOE where that is all there is; for a file, as"
              + " it is stored.")
  private @Nullable String quant;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens over all sequences. Default: 8192, or what the model was trained for.")
  private @Nullable Integer context;

  @Option(
      names = "--kv",
      paramLabel = "K[,V]",
      defaultValue = "f16",
      description = "Storage of cached keys and values. Default: f16.")
  private String kv;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description = "Parallel sequences. Default: 1.")
  private int parallel;

  @Option(
      names = "--ubatch",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens computed at once in prefill. Default: 512.")
  private int microBatch;

  @Option(
      names = "--no-flash-attention",
      description = "Attention that writes its score matrix to memory.")
  private boolean noFlashAttention;

  @Mixin private CompanionOptions companions;

  @Option(
      names = "--knob",
      paramLabel = "SLUG",
      split = ",",
      description = "A technique from a paper to turn on; may be given several times.")
  private List<String> knobs = List.of();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  FitCommand() {}

  @Override
  public Integer call() throws IOException {
    Names names = new Names(Catalogue.load());
    FitQuestion question = question(names);
    for (String slug : knobs) {
      Knob knob = Names.knob(slug);
      question = knob.turn(question);
    }
    FitReport report = Fit.answer(question);
    Remedies remedies = Remedies.of(report, Alternatives.of(report.computed(), names.catalogue()));
    spec.commandLine()
        .getOut()
        .println(
            json
                ? RunJson.mapper().writeValueAsString(FitJson.of(report, remedies))
                : FitText.of(report, remedies));
    return 0;
  }

  /** What is to run and how its own source stores it, or files of it usually do. */
  private record Subject(ModelSpec model, WeightFormat stored) {}

  private FitQuestion question(Names names) throws IOException {
    Subject subject = subject(names);
    WeightFormat weights = quant == null ? subject.stored() : names.weights(quant);
    int most = subject.model().maxContext().orElse(DEFAULT_CONTEXT);
    List<CacheFormat> cache = names.caches("--kv", kv);
    Companions beside = companions.companions(subject.model(), names);
    Machine own = machine.machine(names);
    try {
      return FitQuestion.of(
              subject.model(),
              weights,
              own.first().device(),
              context == null ? Math.min(DEFAULT_CONTEXT, most) : context)
          .withCache(cache.getFirst(), cache.getLast())
          .withSequences(parallel)
          .withMicroBatch(microBatch)
          .withFlashAttention(!noFlashAttention)
          .withMachine(own)
          .withEngine(layout.engine())
          .withPlacement(layout.placement())
          .withCompanions(none -> beside);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--" + e.getMessage());
    }
  }

  private Subject subject(Names names) throws IOException {
    if (model.startsWith("http://") || model.startsWith("https://")) {
      return stored(List.of(RemoteGguf.read(address(), RemoteGguf.Policy.ALLOW_ALL)));
    }
    Optional<Path> file = names.modelFile("--model", model);
    if (file.isPresent()) {
      return stored(GgufParts.read(file.get()));
    }
    CatalogueModel known = names.model(model);
    return new Subject(known.spec(), known.usualMix());
  }

  private static Subject stored(List<GgufHeader> parts) {
    return new Subject(HeaderModel.of(parts), HeaderModel.stored(parts));
  }

  private URI address() {
    try {
      return new URI(model);
    } catch (URISyntaxException e) {
      throw CommandFailure.badArgument("--model is no address: " + e.getMessage());
    }
  }
}
