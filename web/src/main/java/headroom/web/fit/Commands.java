package headroom.web.fit;

import headroom.catalogue.CountedName;
import headroom.device.Card;
import headroom.device.DeviceKind;
import headroom.device.Machine;
import headroom.fit.Engine;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.Placement;
import headroom.fit.Placement.GpuLayers;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Commands that give the same answer, or check it on a real machine. */
final class Commands {
  /** Architectures that the bench agent's engine runs. */
  private static final Set<String> RUN_BY_AGENT =
      Set.of("llama", "qwen2", "qwen3", "phi3", "gemma2");

  /** Weight formats that the agent can make a model of. */
  private static final Set<GgufMix> MADE_BY_AGENT =
      Set.of(
          GgufMix.F32,
          GgufMix.F16,
          GgufMix.BF16,
          GgufMix.Q8_0,
          GgufMix.Q4_0,
          GgufMix.Q4_K_M,
          GgufMix.Q5_K_M,
          GgufMix.Q6_K);

  /** What the agent's cache stores. */
  private static final Set<String> CACHED_BY_AGENT = Set.of("f16", "f32", "q8_0");

  /** The knob that benchmarks have a switch for. */
  private static final String MEASURABLE = "flash-attention";

  /** Fields that are sent on as they are: numbers and words of fixed choice. */
  private static final Map<String, String> OPTIONS = options();

  private Commands() {}

  private static Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("engine", "--engine");
    options.put("engineDate", "--engine-date");
    options.put("gpuLayers", "--gpu-layers");
    options.put("cpuMoe", "--n-cpu-moe");
    options.put("split", "--split-mode");
    options.put("tensorSplit", "--tensor-split");
    options.put("hostMemory", "--host-memory");
    options.put("hostBandwidth", "--host-bandwidth");
    options.put("hostSystem", "--host-os");
    options.put("draftModel", "--draft-model");
    options.put("draftQuant", "--draft-quant");
    options.put("draftKv", "--draft-kv");
    return options;
  }

  /** {@code ./headroom fit …}; empty for a device that has no name there. */
  static Optional<String> fit(FitForm form) {
    FitQuestion plain = form.plain().orElseThrow();
    if (plain.machine().cards().stream()
        .anyMatch(card -> card.device().id().equals(CustomDevice.ID))) {
      return Optional.empty();
    }
    StringBuilder command = new StringBuilder("./headroom fit --model ");
    command.append(
        form.input()
            .text("url")
            .filter(url -> form.remote())
            .map(Commands::quoted)
            .orElse(plain.model().id()));
    command.append(" --device ").append(devices(plain.machine()));
    if (!form.remote()) {
      command.append(" --quant ").append(plain.weights().id());
    }
    command.append(" --context ").append(plain.contextLength());
    Map<String, List<String>> parameters = form.link().parameters();
    if (parameters.containsKey("kv")) {
      command.append(" --kv ").append(cache(plain));
    }
    if (plain.sequences() != 1) {
      command.append(" --parallel ").append(plain.sequences());
    }
    if (plain.microBatch() != 512) {
      command.append(" --ubatch ").append(plain.microBatch());
    }
    form.input()
        .text("memory")
        .ifPresent(text -> command.append(" --memory ").append(text.replaceAll("\\s", "")));
    if (!plain.flashAttention()) {
      command.append(" --no-flash-attention");
    }
    command.append(placement(form));
    form.knobs().forEach(entry -> command.append(" --knob ").append(entry.knob().slug()));
    return Optional.of(command.toString());
  }

  /** {@code 2xnvidia-geforce-rtx-3090,nvidia-geforce-rtx-4090}: equal neighbours together. */
  private static String devices(Machine machine) {
    List<CountedName> names = new ArrayList<>();
    for (Card card : machine.cards()) {
      String id = card.device().id();
      boolean again = !names.isEmpty() && names.getLast().name().equals(id);
      int count = again ? names.removeLast().count() + 1 : 1;
      names.add(new CountedName(count, id));
    }
    return names.stream().map(CountedName::toString).collect(Collectors.joining(","));
  }

  /** Options of engine, placement and host that were given. */
  private static String placement(FitForm form) {
    StringBuilder options = new StringBuilder();
    Map<String, List<String>> given = form.link().parameters();
    OPTIONS.forEach(
        (name, option) -> {
          if (given.containsKey(name)) {
            String value = given.get(name).getFirst().replaceAll("\\s", "").replace('/', ',');
            options.append(' ').append(option).append(' ').append(value);
          }
        });
    if (given.containsKey("mmproj")) {
      String size = given.get("mmproj").getFirst().replaceAll("\\s", "");
      options.append(" --mmproj").append(size.equalsIgnoreCase("yes") ? "" : "=" + size);
    }
    if (given.containsKey("mtp")) {
      options.append(" --mtp");
    }
    return options.toString();
  }

  /** What measures the same on the device itself; empty where knobs or formats stand against it. */
  static Optional<String> check(FitForm form, FitReport report) {
    FitQuestion question = report.computed();
    if (!form.knobs().stream().allMatch(entry -> entry.knob().slug().equals(MEASURABLE))
        || question.sequences() != 1
        || !(question.engine() instanceof Engine.LlamaCpp)) {
      return Optional.empty();
    }
    return question.device().kind() == DeviceKind.CPU_MEMORY
        ? agent(form, question)
        : llamaBench(form, question, report.placement());
  }

  private static Optional<String> agent(FitForm form, FitQuestion question) {
    if (form.remote()
        || !RUN_BY_AGENT.contains(question.model().architecture())
        || !(question.weights() instanceof GgufMix mix && MADE_BY_AGENT.contains(mix))
        || !CACHED_BY_AGENT.contains(question.keyFormat().id())
        || !CACHED_BY_AGENT.contains(question.valueFormat().id())) {
      return Optional.empty();
    }
    return Optional.of(
        "java -jar headroom-agent.jar bench --model %s:%s --tests pp512,tg128 --depth 0,%d --kv %s"
            .formatted(
                question.model().id(),
                question.weights().id(),
                question.contextLength(),
                cache(question)));
  }

  /** llama.cpp's own benchmark; the file is the reader's. */
  private static Optional<String> llamaBench(
      FitForm form, FitQuestion question, Placement placement) {
    boolean file = form.remote() || question.weights() instanceof GgufMix;
    Optional<String> keys = question.keyFormat().ggml().map(Commands::lower);
    Optional<String> values = question.valueFormat().ggml().map(Commands::lower);
    if (!file || keys.isEmpty() || values.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "llama-bench -m FILE.gguf%s -p 512 -n 128 -d 0,%d -ub %d -fa %d -ctk %s -ctv %s"
            .formatted(
                where(question, placement),
                question.contextLength(),
                question.microBatch(),
                question.flashAttention() ? 1 : 0,
                keys.get(),
                values.get()));
  }

  /** llama-bench takes slashes between the parts of devices: commas list values to try. */
  private static String where(FitQuestion question, Placement placement) {
    String layers =
        placement.layers() instanceof GpuLayers.Count(int count) ? Integer.toString(count) : "99";
    String experts =
        placement.expertLayersOnHost() == 0 ? "" : " -ncmoe " + placement.expertLayersOnHost();
    String split =
        question.machine().cards().size() == 1
            ? ""
            : " -sm " + placement.split().name().toLowerCase(Locale.ROOT);
    String parts =
        placement.shares().isEmpty()
            ? ""
            : " -ts "
                + placement.shares().stream()
                    .map(share -> BigDecimal.valueOf(share).stripTrailingZeros().toPlainString())
                    .collect(Collectors.joining("/"));
    return " -ngl " + layers + experts + split + parts;
  }

  private static String cache(FitQuestion question) {
    String keys = question.keyFormat().id();
    String values = question.valueFormat().id();
    return keys.equals(values) ? keys : keys + "," + values;
  }

  private static String lower(QuantFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  /** One word of a shell, whatever it holds. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
