package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheCells;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.quant.FlatFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;

/** vLLM: pages of 16 tokens, activations of one full step, the CUDA context and its graphs. */
record VllmMemory(Engine.Vllm engine) implements EngineMemory {
  /** {@code CacheConfig.block_size} on CUDA. */
  private static final int BLOCK = 16;

  /** What the Marlin kernels for MXFP4 experts pad a layer's input and an expert's width to. */
  private static final int MARLIN_HIDDEN = 256;

  private static final int MARLIN_EXPERT = 128;

  private static final String ACTIVATION_SOURCE =
      "derived from a load log: Llama-3.1-8B with 20000 batched tokens peaks 2.07 GiB above its"
          + " weights (https://github.com/vllm-project/vllm/issues/10517), 111 kB per token: gate and"
          + " up, their product and three copies of the stream at 16 bits; Llama-3-8B with 8192 tokens"
          + " logged 1.26 GiB (https://github.com/vllm-project/vllm/pull/10511)";
  private static final String CONTEXT_SOURCE =
      "non_torch_memory in load logs: 0.35 GiB on an RTX 3090"
          + " (https://github.com/vllm-project/vllm/issues/10517), 0.33 on an RTX 5090 (issue 14452),"
          + " 0.39 on a 16 GB card (issue 11251), 1.79 on an 80 GB card (pull request 10511)";
  private static final String GRAPH_SOURCE =
      "0.36 GiB estimated per worker by vLLM 0.27 (https://github.com/gpustack/runner/pull/251); part"
          + " of the budget since 0.21";
  private static final String PADDING_SOURCE =
      "vLLM pads the experts of MXFP4 checkpoints for its kernels (Mxfp4MoEMethod.create_weights):"
          + " gpt-oss-120b takes 65.97 and 64.38 GiB"
          + " (https://github.com/vllm-project/vllm/issues/23278, issue 33155)";

  @Override
  public CacheCells fullCells(FitQuestion question) {
    return CacheCells.paged(question.contextPerSequence(), 0, question.sequences(), BLOCK);
  }

  /** {@code SlidingWindowSpec.max_memory_usage_bytes}: a block more, as windows start anywhere. */
  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    long tokens =
        Math.min((long) window - 1 + engine.batchedTokens(), question.contextPerSequence());
    long cells = question.sequences() * (Math.ceilDiv(tokens, (long) BLOCK) + 1) * BLOCK;
    return new CacheCells(
        cells,
        () ->
            "%d × (%d pages + 1) of %d"
                .formatted(question.sequences(), Math.ceilDiv(tokens, (long) BLOCK), BLOCK));
  }

  /** {@code MambaStateDtypeCalculator}: states have the model's type unless told otherwise. */
  @Override
  public int stateElementBytes() {
    return 2;
  }

  @Override
  public List<MemoryLine> scratch(FitQuestion question) {
    List<MemoryLine> lines = new ArrayList<>();
    ModelSpec model = question.model();
    long width = ComputeMemory.layerWidth(model);
    lines.add(
        new MemoryLine(
            "activations",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(2L * engine.batchedTokens() * width),
            () -> "2 B × %d batched tokens × %d".formatted(engine.batchedTokens(), width),
            ACTIVATION_SOURCE));
    long padding = expertPadding(question);
    if (padding > 0) {
      lines.add(
          new MemoryLine(
              "padding of experts",
              Quantity.WEIGHTS,
              Place.DEVICE,
              Bytes.of(padding),
              () -> "rows padded to %d, experts to %d".formatted(MARLIN_HIDDEN, MARLIN_EXPERT),
              PADDING_SOURCE));
    }
    if (question.device().kind() != DeviceKind.CPU_MEMORY) {
      Bytes context =
          Bytes.ofGiB(question.device().kind() == DeviceKind.DATACENTER_GPU ? 1.79 : 0.35);
      lines.add(
          overhead("CUDA context and libraries", context, "whatever the model", CONTEXT_SOURCE));
      lines.add(overhead("CUDA graphs", Bytes.ofGiB(0.36), "whatever the model", GRAPH_SOURCE));
    }
    return lines;
  }

  private static MemoryLine overhead(String what, Bytes bytes, String why, String source) {
    return new MemoryLine(
        what,
        Quantity.OVERHEAD,
        Place.DEVICE,
        bytes,
        () -> "%.0f MiB, %s".formatted(bytes.mebibytes(), why),
        source);
  }

  private static long expertPadding(FitQuestion question) {
    if (!(question.weights() instanceof FlatFormat format)
        || format.coverage().linear() != FlatFormat.Linear.EXPERTS) {
      return 0;
    }
    long elements = 0;
    for (LayerSpec layer : question.model().layers()) {
      if (layer.feedForward() instanceof FeedForward.MixtureOfExperts moe) {
        long hidden = question.model().embeddingSize();
        long matrices = moe.gated() ? 3 : 2;
        long real = hidden * moe.expertSize();
        long padded =
            Math.ceilDiv(hidden, (long) MARLIN_HIDDEN)
                * MARLIN_HIDDEN
                * (Math.ceilDiv((long) moe.expertSize(), (long) MARLIN_EXPERT) * MARLIN_EXPERT);
        elements += matrices * moe.experts() * (padded - real);
      }
    }
    return (long) (elements * format.bitsPerWeight() / 8);
  }

  @Override
  public boolean keepsTablesOnHost(WeightFormat weights) {
    return false;
  }

  @Override
  public boolean leavesContextToDriver() {
    return false;
  }
}
