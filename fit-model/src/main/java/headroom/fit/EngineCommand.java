package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.kv.CacheFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The line that starts an engine with a placement; option names from llama.cpp's <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/common/arg.cpp#L2747">common/arg.cpp</a>,
 * ik_llama.cpp's <a
 * href="https://github.com/ikawrakow/ik_llama.cpp/blob/8337e4cd3861406fc04e0854b1409cd1b027fbc9/common/common.cpp#L2054">common/common.cpp</a>
 * and vLLM's engine arguments (https://docs.vllm.ai/en/latest/cli/serve/).
 */
final class EngineCommand {
  private EngineCommand() {}

  /** Empty for engines that are not started by a line. */
  static Optional<String> of(FitQuestion question, Placement placement) {
    return switch (question.engine()) {
      case Engine.LlamaCpp engine -> Optional.of(llama(question, placement, false));
      case Engine.IkLlamaCpp engine ->
          Optional.of(
              llama(question, placement, true)
                  + " -mla %d".formatted(engine.latentMode())
                  + (engine.attentionBatchMiB().isPresent()
                      ? " -amb " + engine.attentionBatchMiB().getAsInt()
                      : ""));
      case Engine.Vllm engine -> Optional.of(vllm(question, placement, engine));
      case Engine.Mlx engine -> Optional.of("mlx_lm.server --model " + question.model().id());
      case Engine.Embedded engine ->
          Optional.of("./headroom run --model %s --prompt Hello".formatted(file(question)));
      case Engine.ExLlama engine -> Optional.empty();
    };
  }

  private static String file(FitQuestion question) {
    return file(question.model().id(), question.weights().id());
  }

  private static String file(String id, String format) {
    return id.endsWith(".gguf") ? id : "%s-%s.gguf".formatted(id, format);
  }

  private static String llama(FitQuestion question, Placement placement, boolean fork) {
    int drafting =
        question.companions().predictionHead() && !fork
            ? question.model().predictionHead().map(head -> head.layers().size()).orElse(0)
            : 0;
    int layers = question.model().layers().size() + 1 + drafting;
    boolean cpu = question.device().kind() == DeviceKind.CPU_MEMORY;
    int onCards =
        cpu ? 0 : placement.layers() instanceof GpuLayers.Count count ? count.count() : layers;
    StringBuilder line = new StringBuilder("llama-server -m ").append(file(question));
    line.append(" -ngl ").append(onCards);
    if (placement.expertLayersOnHost() > 0) {
      line.append(" --n-cpu-moe ").append(placement.expertLayersOnHost());
    }
    if (question.machine().cards().size() > 1) {
      String split = placement.split().name().toLowerCase(Locale.ROOT);
      line.append(" -sm ").append(fork && placement.split() == Split.TENSOR ? "graph" : split);
      if (!placement.shares().isEmpty()) {
        line.append(" -ts ").append(shares(placement.shares()));
      }
    }
    line.append(" -c ").append(question.contextLength());
    line.append(" -ub ").append(question.microBatch());
    line.append(" -fa ").append(question.flashAttention() ? "on" : "off");
    line.append(cacheType(" -ctk ", question.keyFormat()));
    line.append(cacheType(" -ctv ", question.valueFormat()));
    line.append(" -np ").append(question.sequences());
    if (question.engine() instanceof Engine.LlamaCpp mainline) {
      line.append(mainline.fullWindowCache() ? " --swa-full" : "");
    }
    companions(line, question.companions(), fork);
    return line.toString();
  }

  private static void companions(StringBuilder line, Companions beside, boolean fork) {
    beside.projector().ifPresent(projector -> line.append(" --mmproj mmproj.gguf"));
    beside
        .draft()
        .ifPresent(
            draft ->
                line.append(" -md ")
                    .append(file(draft.model().id(), draft.weights().id()))
                    .append(" -ngld 99"));
    if (beside.predictionHead() && !fork) {
      line.append(" --spec-type draft-mtp");
    }
    if (beside.draft().isPresent() || beside.predictionHead()) {
      line.append(
          beside.keyFormat().equals(CacheFormat.F16)
              ? ""
              : cacheType(" -ctkd ", beside.keyFormat()));
      line.append(
          beside.valueFormat().equals(CacheFormat.F16)
              ? ""
              : cacheType(" -ctvd ", beside.valueFormat()));
    }
  }

  /** Parts of the devices as {@code -ts} takes them: {@code 3,1}. */
  static String shares(List<Double> shares) {
    return shares.stream().map(EngineCommand::number).collect(Collectors.joining(","));
  }

  /** Schemes from papers have no option. */
  private static String cacheType(String option, CacheFormat format) {
    return format.ggml().isPresent() ? option + format.id() : "";
  }

  private static String number(double share) {
    return share == Math.rint(share) ? Long.toString((long) share) : Double.toString(share);
  }

  private static String vllm(FitQuestion question, Placement placement, Engine.Vllm engine) {
    int cards = question.machine().cards().size();
    String several =
        cards == 1
            ? ""
            : placement.split() == Split.TENSOR
                ? " --tensor-parallel-size " + cards
                : " --pipeline-parallel-size " + cards;
    return "vllm serve %s%s --gpu-memory-utilization %s --max-model-len %d --max-num-seqs %d --max-num-batched-tokens %d"
        .formatted(
            question.model().id(),
            several,
            engine.utilisation(),
            question.contextPerSequence(),
            question.sequences(),
            engine.batchedTokens());
  }
}
