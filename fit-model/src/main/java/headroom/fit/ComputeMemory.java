package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.units.Bytes;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scratch memory of one micro-batch, as llama.cpp and its forks reserve it: the peak of what the
 * graph allocator (ggml-alloc.c) holds at once. The terms are read off graphs that llama.cpp's
 * allocator laid out (build of 22 August 2026, {@code no_alloc}) and off the buffer sizes that logs
 * print.
 */
final class ComputeMemory {
  private static final String LOGITS_SOURCE =
      "derived from load logs: Qwen3-32B 306.75, Gemma-3-27B 522.62, GLM-4-32B 308.00,"
          + " DeepSeek-R1 266.50, Kimi-K2 334.00, BitNet-2B 255.50 MiB, all exact; builds since June"
          + " 2026 reserve fewer outputs (https://github.com/ggml-org/llama.cpp/pull/23861)";
  private static final String FEWER_LOGITS_SOURCE =
      "since June 2026 llama-server makes logits of one token of each sequence"
          + " (https://github.com/ggml-org/llama.cpp/pull/23861); builds before it take 4 B × tokens"
          + " of a micro-batch × vocabulary";
  private static final String PER_LAYER_SOURCE =
      "derived from a load log: Gemma-4-E4B 569.01 MiB exact (per-layer inputs of 42 layers and"
          + " their projection live until the end)";
  private static final String SCORES_SOURCE =
      "derived from load logs without flash attention: Llama-2-7B at 2k 164.01, Llama-3.1-8B at 8k"
          + " 560.00, Phi-3-mini at 2k 168.01, Qwen3-32B at 40k 5252.01 MiB, all exact";
  private static final String MASK_SOURCE =
      "derived from a load log: Qwen3.5-9B at 262144 with flash attention 808.02 MiB exact; since"
          + " May 2026 masks are F16 from the start"
          + " (https://github.com/ggml-org/llama.cpp/pull/23764)";
  private static final String WIDE_SOURCE =
      "derived from load logs: Llama-3.1-Nemotron-Ultra-253B 2560 MiB exact (three copies of a"
          + " 425984-wide layer and, in that fork, two of the stream); three of the stream by the"
          + " allocator's own layout of Llama-2-7B (92.5 MiB at 4096 cells), but two where queries,"
          + " keys and values are one projection or some layers keep a state (Phi-3-mini 68.01,"
          + " LFM2-1.2B 64.03 MiB at 8192 cells); one copy of a layer without a gate (Falcon-7B 70.13"
          + " MiB); builds before June 2025 write the product over the gate and hold two of each"
          + " (https://github.com/ggml-org/llama.cpp/pull/14158)";
  private static final String EXPERTS_SOURCE =
      "llama.cpp's allocator for qwen3moe shapes of 8 experts 2048 wide: 20 activations at 768"
          + " elements an expert, 21 at 1536, 51 at 4096; for 2 experts 4096 wide and 14336 elements"
          + " 24.5; before June 2025 Mixtral-8x7B took 115.5 MiB, predicted within 4 %";
  private static final String LOGITS_OUT_SOURCE =
      "https://github.com/ggml-org/llama.cpp/blob/1dab5f5a443a7b972005c56fb92eca2b07d57fea/src/llama-context.cpp#L261";

  static final int F32_BYTES = 4;

  /** F16 keys, values and masks. */
  static final int F16_BYTES = 2;

  /**
   * What lives at the same time.
   *
   * @param bytes all of it
   * @param formula with the numbers put in
   * @param source where the terms come from
   */
  record Peak(long bytes, Supplier<String> formula, String source) {
    private Peak wider(Peak other) {
      return other.bytes > bytes ? other : this;
    }
  }

  private static final Peak NOTHING = new Peak(0, () -> "0", LOGITS_SOURCE);

  private ComputeMemory() {}

  /** What the question's engine needs beside weights and cache. */
  static List<MemoryLine> lines(FitQuestion question) {
    return EngineMemory.of(question.engine()).scratch(question);
  }

  /** The same by the rules of llama.cpp. */
  static List<MemoryLine> graph(FitQuestion question) {
    boolean cpu = question.device().kind() == DeviceKind.CPU_MEMORY;
    List<LayerSpec> kinds = kinds(question);
    Peak peak = peak(question, kinds, true, true);
    // Tokens and their embeddings are inputs, which today's builds keep to the end.
    boolean inputs = cpu && isBuild(question, LlamaCppBuild.LOGITS_OF_SEQUENCES);
    long kept = inputs ? F32_BYTES * batch(question) * question.model().embeddingSize() : 0;
    MemoryLine compute =
        new MemoryLine(
            "compute buffer",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(peak.bytes() + kept),
            () -> peak.formula().get() + (inputs ? " + %d B of inputs".formatted(kept) : ""),
            peak.source());
    MemoryLine logits = logits(question, cpu ? Place.DEVICE : Place.HOST);
    return cpu
        ? List.of(compute, logits)
        : List.of(compute, HostScratch.line(question, kinds, batch(question)), logits);
  }

  private static MemoryLine logits(FitQuestion question, Place place) {
    int vocabulary = question.model().vocabularySize();
    return new MemoryLine(
        "logits",
        Quantity.OVERHEAD,
        place,
        Bytes.of((long) F32_BYTES * vocabulary).times(question.sequences()),
        () -> "4 B × %d vocabulary × %d sequences".formatted(vocabulary, question.sequences()),
        LOGITS_OUT_SOURCE);
  }

  /** Layers that differ in shape: most are like another one. */
  private static List<LayerSpec> kinds(FitQuestion question) {
    return LayerTable.of(question.model(), question.weights()).kinds();
  }

  /**
   * The widest moment of a device that has only some of the layers.
   *
   * @param layers that it has, each shape at least once
   * @param output true where it makes the logits too
   * @param masks true where the masks of flash attention are counted
   */
  static Peak peak(FitQuestion question, List<LayerSpec> layers, boolean output, boolean masks) {
    long batch = batch(question);
    long embedding = question.model().embeddingSize();
    Peak peak =
        output
            ? output(question, batch)
            : new Peak(
                F32_BYTES * batch * 2 * embedding,
                () -> "4 B × %d tokens × 2 × %d embedding".formatted(batch, embedding),
                WIDE_SOURCE);
    Masks counted = Masks.of(layers, question, masks);
    @Nullable AttentionSpec attention = null;
    @Nullable FeedForward feedForward = null;
    for (LayerSpec layer : layers) {
      // Most layers are like the one before them.
      if (!layer.feedForward().equals(feedForward)) {
        feedForward = layer.feedForward();
        peak = peak.wider(feedForward(feedForward, question, batch, counted));
      }
      if (!layer.attention().equals(attention)) {
        attention = layer.attention();
        peak = peak.wider(attention(attention, question, batch, counted));
      }
    }
    return peak;
  }

  static boolean isBuild(FitQuestion question, LlamaCppBuild build) {
    return question.engine() instanceof Engine.LlamaCpp llama && llama.build() == build;
  }

  private static long batch(FitQuestion question) {
    return Math.min(question.microBatch(), question.contextLength());
  }

  private static Peak output(FitQuestion question, long batch) {
    ModelSpec model = question.model();
    long embedding = model.embeddingSize();
    long vocabulary = model.vocabularySize();
    long perLayer = perLayerInputs(question);
    long rows = logitRows(question, batch);
    return perLayer == 0
        ? new Peak(
            F32_BYTES * (rows * vocabulary + batch * embedding),
            () ->
                rows == batch
                    ? "4 B × %d tokens × (%d vocabulary + %d embedding)"
                        .formatted(batch, vocabulary, embedding)
                    : "4 B × (%d sequences × %d vocabulary + %d tokens × %d embedding)"
                        .formatted(rows, vocabulary, batch, embedding),
            rows == batch ? LOGITS_SOURCE : FEWER_LOGITS_SOURCE)
        : new Peak(
            F32_BYTES * (rows * vocabulary + batch * (3 * embedding + 2 * perLayer)),
            () ->
                "4 B × (%d × %d vocabulary + %d tokens × (3 × %d embedding + 2 × %d per-layer inputs))"
                    .formatted(rows, vocabulary, batch, embedding, perLayer),
            PER_LAYER_SOURCE);
  }

  /** Tokens of a micro-batch whose logits are made: all, or the last of each sequence. */
  static long logitRows(FitQuestion question, long batch) {
    return isBuild(question, LlamaCppBuild.LOGITS_OF_SEQUENCES)
        ? Math.min(batch, question.sequences())
        : batch;
  }

  /** Elements that a per-layer embedding table gives one token, over all layers. */
  private static long perLayerInputs(FitQuestion question) {
    if (LayerTable.of(question.model(), question.weights()).perLayerEmbedding() == 0) {
      return 0;
    }
    for (TensorFacts tensor : question.model().tensors()) {
      if (tensor.role() == TensorRole.PER_LAYER_EMBEDDING) {
        return tensor.rowLength();
      }
    }
    return 0;
  }

  /** Elements per token that 16-bit engines hold in the widest layer. */
  static long layerWidth(ModelSpec model) {
    long width = 0;
    long embedding = model.embeddingSize();
    for (LayerSpec layer : model.layers()) {
      width =
          Math.max(
              width,
              switch (layer.feedForward()) {
                case FeedForward.Dense dense ->
                    (dense.gated() ? 3L : 2L) * dense.size() + 3 * embedding;
                case FeedForward.MixtureOfExperts experts ->
                    experts.expertsActive() * (3L * experts.expertSize() + embedding)
                        + 3 * embedding;
                case FeedForward.None none -> 3 * embedding;
              });
    }
    return width;
  }

  /**
   * Gate, up and their product with what flows past them; the outputs of experts lie where gate and
   * up were if there is room for them.
   */
  private static Peak feedForward(
      FeedForward feedForward, FitQuestion question, long batch, Masks masks) {
    long embedding = question.model().embeddingSize();
    // Without flash attention the masks are counted with the scores, which are wider.
    long mask = question.flashAttention() ? masks.cells() * masks.bytesLater() * batch : 0;
    boolean mainline = question.engine() instanceof Engine.LlamaCpp;
    boolean inPlace = isBuild(question, LlamaCppBuild.GATES_IN_PLACE);
    return switch (feedForward) {
      case FeedForward.Dense dense -> {
        int copies = copies(dense.gated(), inPlace);
        LayerTable table = LayerTable.of(question.model(), question.weights());
        boolean early = dense.gated() && (table.isFused() || table.isRecurrent());
        int stream = mainline && !inPlace && !early ? 3 : 2;
        yield new Peak(
            F32_BYTES * batch * ((long) copies * dense.size() + stream * embedding) + mask,
            () ->
                "4 B × %d tokens × (%d × %d feed-forward + %d × %d embedding) + %d B of masks"
                    .formatted(batch, copies, dense.size(), stream, embedding, mask),
            WIDE_SOURCE);
      }
      case FeedForward.MixtureOfExperts experts -> {
        int active = experts.expertsActive();
        long gates = (long) active * experts.expertSize();
        long outputs = active * embedding;
        int copies = copies(experts.gated(), inPlace);
        long freed = (copies - 1) * gates;
        long further = freed >= outputs || inPlace ? 0 : outputs;
        int stream = inPlace ? 1 : 3;
        yield new Peak(
            F32_BYTES * batch * (copies * gates + further + stream * embedding) + mask,
            () ->
                "4 B × %d tokens × (%d × %d experts × %d + %d of outputs + %d × %d embedding) + %d B of masks"
                    .formatted(
                        batch,
                        copies,
                        active,
                        experts.expertSize(),
                        further,
                        stream,
                        embedding,
                        mask),
            EXPERTS_SOURCE);
      }
      case FeedForward.None none -> NOTHING;
    };
  }

  private static Peak attention(
      AttentionSpec attention, FitQuestion question, long batch, Masks masks) {
    return switch (attention) {
      case AttentionSpec.GroupedQuery full ->
          grouped(full, CacheMemory.fullCells(question).cells(), question, batch, masks);
      case AttentionSpec.SlidingWindow sliding ->
          grouped(
              sliding.heads(),
              CacheMemory.slidingCells(sliding, question).cells(),
              question,
              batch,
              masks);
      case AttentionSpec.LatentAttention latent ->
          LatentScratch.peak(latent, question, batch, masks);
      case AttentionSpec.Recurrent recurrent ->
          question.engine() instanceof Engine.LlamaCpp
              ? RecurrentScratch.peak(recurrent, question, batch, masks)
              : NOTHING;
      case AttentionSpec.None none -> NOTHING;
    };
  }

  /** Gate, up and product; an activation alone is written over what it reads. */
  private static int copies(boolean gated, boolean inPlace) {
    return !gated ? 1 : inPlace ? 2 : 3;
  }

  /** Queries and the stream with the masks, or with the score matrix that is written without FA. */
  static Peak grouped(
      AttentionSpec.GroupedQuery heads, long cells, FitQuestion question, long batch, Masks masks) {
    long embedding = question.model().embeddingSize();
    long query = (long) heads.heads() * heads.keySize();
    long mask = masks.cells() * masks.bytesFirst() * batch;
    if (question.flashAttention()) {
      return new Peak(
          F32_BYTES * batch * (2 * query + 3 * embedding) + mask,
          () ->
              "4 B × %d tokens × (2 × %d query + 3 × %d embedding) + %d B × %d tokens × %d cells of masks"
                  .formatted(batch, query, embedding, masks.bytesFirst(), batch, masks.cells()),
          MASK_SOURCE);
    }
    // A fused query-key-value projection keeps two more activations alive in older builds, and
    // lives itself in place of the queries in those of today.
    LayerTable table = LayerTable.of(question.model(), question.weights());
    boolean fused = table.isFused();
    boolean current = isBuild(question, LlamaCppBuild.LOGITS_OF_SEQUENCES);
    if (fused && current && !table.isRecurrent()) {
      long projected =
          query + (long) heads.kvHeads() * (heads.keySize() + (long) heads.valueSize());
      return new Peak(
          F32_BYTES * batch * (heads.heads() * cells + projected + embedding) + mask,
          () ->
              "4 B × %d tokens × (%d heads × %d cells + %d cells of masks + %d query, key and value + %d embedding)"
                  .formatted(batch, heads.heads(), cells, masks.cells(), projected, embedding),
          SCORES_SOURCE);
    }
    int stream = fused ? 4 : 2;
    return new Peak(
        F32_BYTES * batch * (heads.heads() * cells + 2 * query + stream * embedding) + mask,
        () ->
            "4 B × %d tokens × (%d heads × %d cells + %d cells of masks + 2 × %d query + %d × %d embedding)"
                .formatted(batch, heads.heads(), cells, masks.cells(), query, stream, embedding),
        SCORES_SOURCE);
  }
}
