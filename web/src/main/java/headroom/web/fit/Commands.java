package headroom.web.fit;

import headroom.device.DeviceKind;
import headroom.fit.FitQuestion;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  private Commands() {}

  /** {@code ./headroom fit …}; empty for a device that has no name there. */
  static Optional<String> fit(FitForm form) {
    FitQuestion plain = form.plain().orElseThrow();
    if (plain.device().id().equals(CustomDevice.ID)) {
      return Optional.empty();
    }
    StringBuilder command = new StringBuilder("./headroom fit --model ");
    command.append(
        form.input()
            .text("url")
            .filter(url -> form.remote())
            .map(Commands::quoted)
            .orElse(plain.model().id()));
    command.append(" --device ").append(plain.device().id());
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
    form.knobs().forEach(entry -> command.append(" --knob ").append(entry.knob().slug()));
    return Optional.of(command.toString());
  }

  /** What measures the same on the device itself; empty where knobs or formats stand against it. */
  static Optional<String> check(FitForm form) {
    FitQuestion question = form.question().orElseThrow();
    if (!form.knobs().stream().allMatch(entry -> entry.knob().slug().equals(MEASURABLE))
        || question.sequences() != 1) {
      return Optional.empty();
    }
    return question.device().kind() == DeviceKind.CPU_MEMORY
        ? agent(form, question)
        : llamaBench(form, question);
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
  private static Optional<String> llamaBench(FitForm form, FitQuestion question) {
    boolean file = form.remote() || question.weights() instanceof GgufMix;
    Optional<String> keys = question.keyFormat().ggml().map(Commands::lower);
    Optional<String> values = question.valueFormat().ggml().map(Commands::lower);
    if (!file || keys.isEmpty() || values.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "llama-bench -m FILE.gguf -ngl 99 -p 512 -n 128 -d 0,%d -ub %d -fa %d -ctk %s -ctv %s"
            .formatted(
                question.contextLength(),
                question.microBatch(),
                question.flashAttention() ? 1 : 0,
                keys.get(),
                values.get()));
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
