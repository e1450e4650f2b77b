package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.catalogue.Catalogue;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufParts;
import headroom.gguf.RemoteGguf;
import headroom.knob.Knob;
import headroom.kv.CacheFormat;
import headroom.model.HeaderModel;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks the calculator. */
@Command(
    name = "fit",
    description = {
      "Say whether a model fits a device, where every byte goes, and how fast it would be.",
      "All of the model on one device, as llama.cpp would run it."
    })
final class FitCommand implements Callable<Integer> {
  /** llama.cpp's usual download and a context that a chat fills. */
  private static final String DEFAULT_QUANT = "Q4_K_M";

  private static final int DEFAULT_CONTEXT = 8192;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "ID|FILE|URL",
      description =
          "Model of the catalogue, GGUF file, or address of one (only its header is read).")
  private String model;

  @Option(
      names = "--device",
      required = true,
      paramLabel = "ID",
      description = "Device of the catalogue, for example nvidia-geforce-rtx-4090.")
  private String device;

  @Option(
      names = "--quant",
      paramLabel = "Q",
      description = "Weight format. Default: Q4_K_M; for a file, as it is stored.")
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
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory in place of the device's own, for example 32GiB; needed for CPUs.")
  private @Nullable String memory;

  @Option(
      names = "--no-flash-attention",
      description = "Attention that writes its score matrix to memory.")
  private boolean noFlashAttention;

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
    spec.commandLine()
        .getOut()
        .println(
            json ? RunJson.mapper().writeValueAsString(FitJson.of(report)) : FitText.of(report));
    return 0;
  }

  /** What is to run and how its own source stores it. */
  private record Subject(ModelSpec model, Optional<WeightFormat> stored) {}

  private FitQuestion question(Names names) throws IOException {
    Subject subject = subject(names);
    WeightFormat weights =
        quant == null
            ? subject.stored().orElseGet(() -> names.weights(DEFAULT_QUANT))
            : names.weights(quant);
    int most = subject.model().maxContext().orElse(DEFAULT_CONTEXT);
    List<CacheFormat> cache = cache(names);
    try {
      FitQuestion question =
          FitQuestion.of(
                  subject.model(),
                  weights,
                  names.device(device).device(),
                  context == null ? Math.min(DEFAULT_CONTEXT, most) : context)
              .withCache(cache.getFirst(), cache.getLast())
              .withSequences(parallel)
              .withMicroBatch(microBatch)
              .withFlashAttention(!noFlashAttention);
      return memory().map(question::withDeviceMemory).orElse(question);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badArgument("--" + e.getMessage());
    }
  }

  private Subject subject(Names names) throws IOException {
    if (model.startsWith("http://") || model.startsWith("https://")) {
      return stored(List.of(RemoteGguf.read(address(), RemoteGguf.Policy.ALLOW_ALL)));
    }
    if (isFile(model)) {
      return stored(GgufParts.read(Path.of(model)));
    }
    return new Subject(names.model(model).spec(), Optional.empty());
  }

  private static Subject stored(List<GgufHeader> parts) {
    return new Subject(HeaderModel.of(parts), Optional.of(HeaderModel.stored(parts)));
  }

  /** True for an existing file, and for what can only be meant as one. */
  private static boolean isFile(String text) {
    return text.endsWith(".gguf") || text.contains("/") || Files.isRegularFile(Path.of(text));
  }

  private URI address() {
    try {
      return new URI(model);
    } catch (URISyntaxException e) {
      throw CommandFailure.badArgument("--model is no address: " + e.getMessage());
    }
  }

  private List<CacheFormat> cache(Names names) {
    List<CacheFormat> formats =
        List.of(kv.split(",", -1)).stream().map(name -> names.cache(name.strip())).toList();
    if (formats.size() > 2) {
      throw CommandFailure.badArgument("--kv is '%s'; wanted K or K,V".formatted(kv));
    }
    return formats;
  }

  private Optional<Bytes> memory() {
    if (memory == null) {
      return Optional.empty();
    }
    Optional<Bytes> parsed = SizeText.parse(memory);
    if (parsed.isEmpty()) {
      throw CommandFailure.badArgument(
          "--memory is '%s'; wanted an amount such as 32GiB".formatted(memory));
    }
    return parsed;
  }
}
