package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorRole;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Scratch memory of one micro-batch. llama.cpp publishes no formula; these were derived from the
 * buffer sizes its logs print and reproduce most of them to 0.01 MiB.
 */
final class ComputeMemory {
  private static final String LOGITS_SOURCE =
      "derived from load logs: Qwen3-32B 306.75, Gemma-3-27B 522.62, GLM-4-32B 308.00,"
          + " DeepSeek-R1 266.50, Kimi-K2 334.00, BitNet-2B 255.50 MiB, all exact";
  private static final String SCORES_SOURCE =
      "derived from load logs without flash attention: Llama-2-7B at 2k 164.01, Llama-3.1-8B at 8k"
          + " 560.00, Phi-3-mini at 2k 168.01 MiB, all exact";
  private static final String WIDE_SOURCE =
      "derived from load logs: Llama-3.1-Nemotron-Ultra-253B 2560 MiB exact (three copies of a"
          + " 425984-wide layer), Mixtral-8x7B 115.5 MiB within 4 %";
  private static final String HOST_SOURCE =
      "derived from load logs: Gemma-3-27B at 32k 138.51 (two masks of 32768), Qwen3-30B-A3B at 32k"
          + " 68.01, Qwen3.6-27B at 128k 276.29 MiB (one activation more for the recurrent layers)";
  private static final String LOGITS_OUT_SOURCE =
      "https://github.com/ggml-org/llama.cpp/blob/1dab5f5a443a7b972005c56fb92eca2b07d57fea/src/llama-context.cpp#L261";

  private static final int F32_BYTES = 4;

  /** Widths of activations that live at the same time, in elements per token of the micro-batch. */
  record Peak(long width, Supplier<String> formula, String source) {}

  private ComputeMemory() {}

  static List<MemoryLine> lines(FitQuestion question) {
    boolean cpu = question.device().kind() == DeviceKind.CPU_MEMORY;
    ModelSpec model = question.model();
    long batch = Math.min(question.microBatch(), question.contextLength());
    List<MemoryLine> lines = new ArrayList<>();
    Peak peak = peak(question);
    lines.add(
        new MemoryLine(
            "compute buffer",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(Math.multiplyExact(F32_BYTES * batch, peak.width())),
            () -> "4 B × %d tokens × (%s)".formatted(batch, peak.formula().get()),
            peak.source()));
    if (!cpu) {
      lines.add(hostInputs(question, batch));
    }
    lines.add(
        new MemoryLine(
            "logits",
            Quantity.OVERHEAD,
            cpu ? Place.DEVICE : Place.HOST,
            Bytes.of((long) F32_BYTES * model.vocabularySize()).times(question.sequences()),
            () ->
                "4 B × %d vocabulary × %d sequences"
                    .formatted(model.vocabularySize(), question.sequences()),
            LOGITS_OUT_SOURCE));
    return lines;
  }

  private static Peak peak(FitQuestion question) {
    return peak(question, question.model().layers(), true);
  }

  /**
   * The widest moment of a device that has only some of the layers.
   *
   * @param layers that it has, each shape at least once
   * @param output true where it makes the logits too
   */
  static Peak peak(FitQuestion question, List<LayerSpec> layers, boolean output) {
    ModelSpec model = question.model();
    long embedding = model.embeddingSize();
    Peak peak =
        output
            ? new Peak(
                model.vocabularySize() + embedding,
                () -> "%d vocabulary + %d embedding".formatted(model.vocabularySize(), embedding),
                LOGITS_SOURCE)
            : new Peak(2 * embedding, () -> "2 × %d embedding".formatted(embedding), WIDE_SOURCE);
    for (LayerSpec layer : layers) {
      peak = wider(peak, feedForward(layer.feedForward(), embedding));
      if (!question.flashAttention()) {
        peak = wider(peak, scores(layer.attention(), question));
      }
    }
    return peak;
  }

  private static Peak wider(Peak one, Optional<Peak> other) {
    return other.filter(peak -> peak.width() > one.width()).orElse(one);
  }

  /** Gate, up and their product for dense layers; gate and up of the chosen experts for others. */
  private static Optional<Peak> feedForward(FeedForward feedForward, long embedding) {
    return switch (feedForward) {
      case FeedForward.Dense dense -> {
        int copies = dense.gated() ? 3 : 2;
        yield Optional.of(
            new Peak(
                (long) copies * dense.size() + 2 * embedding,
                () ->
                    "%d × %d feed-forward + 2 × %d embedding"
                        .formatted(copies, dense.size(), embedding),
                WIDE_SOURCE));
      }
      case FeedForward.MixtureOfExperts experts -> {
        long one = Math.max(2L * experts.expertSize(), experts.expertSize() + embedding);
        yield Optional.of(
            new Peak(
                experts.expertsActive() * one + embedding,
                () ->
                    "%d experts × %d + %d embedding"
                        .formatted(experts.expertsActive(), one, embedding),
                WIDE_SOURCE));
      }
      case FeedForward.None none -> Optional.empty();
    };
  }

  /** The score matrix and its mask, which flash attention never writes. */
  private static Optional<Peak> scores(AttentionSpec attention, FitQuestion question) {
    long heads;
    long cells;
    switch (attention) {
      case AttentionSpec.GroupedQuery full -> {
        heads = full.heads();
        cells = CacheMemory.fullCells(question).cells();
      }
      case AttentionSpec.SlidingWindow sliding -> {
        heads = sliding.heads().heads();
        cells = CacheMemory.slidingCells(sliding, question).cells();
      }
      case AttentionSpec.LatentAttention latent -> {
        heads = latent.heads();
        cells = CacheMemory.fullCells(question).cells();
      }
      case AttentionSpec.Recurrent recurrent -> {
        return Optional.empty();
      }
      case AttentionSpec.None none -> {
        return Optional.empty();
      }
    }
    // A fused query-key-value projection keeps two more activations alive.
    boolean fused =
        question.model().tensors().stream()
            .anyMatch(tensor -> tensor.role() == TensorRole.ATTENTION_QKV);
    int activations = fused ? 6 : 4;
    long embedding = question.model().embeddingSize();
    return Optional.of(
        new Peak(
            heads * cells + cells + activations * embedding,
            () ->
                "%d heads × %d cells + %d cells of mask + %d × %d embedding"
                    .formatted(heads, cells, cells, activations, embedding),
            SCORES_SOURCE));
  }

  private static MemoryLine hostInputs(FitQuestion question, long batch) {
    TreeSet<String> kinds = new TreeSet<>();
    long cells = 0;
    boolean recurrent = false;
    for (LayerSpec layer : question.model().layers()) {
      switch (layer.attention()) {
        case AttentionSpec.GroupedQuery full -> {
          if (full.kvHeads() > 0 && kinds.add("full")) {
            cells += CacheMemory.fullCells(question).cells();
          }
        }
        case AttentionSpec.LatentAttention latent -> {
          if (kinds.add("full")) {
            cells += CacheMemory.fullCells(question).cells();
          }
        }
        case AttentionSpec.SlidingWindow sliding -> {
          if (kinds.add("sliding")) {
            cells += CacheMemory.slidingCells(sliding, question).cells();
          }
        }
        case AttentionSpec.Recurrent state -> recurrent = true;
        case AttentionSpec.None none -> {
          // Nothing is fed to a layer without a token mixer.
        }
      }
    }
    int activations = recurrent ? 2 : 1;
    long embedding = question.model().embeddingSize();
    long masks = cells;
    return new MemoryLine(
        "compute buffer of the host",
        Quantity.COMPUTE,
        Place.HOST,
        Bytes.of(F32_BYTES * batch * (cells + activations * embedding)),
        () ->
            "4 B × %d tokens × (%d cells of masks + %d × %d embedding)"
                .formatted(batch, masks, activations, embedding),
        HOST_SOURCE);
  }
}
