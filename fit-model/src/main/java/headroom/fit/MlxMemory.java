package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheCells;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.List;

/** MLX: one memory, caches that grow by 256 tokens, windows that rotate. */
record MlxMemory() implements EngineMemory {
  /** {@code prefill_step_size} of mlx_lm/generate.py. */
  private static final int PREFILL_STEP = 2048;

  private static final String SOURCE =
      "mlx_lm/generate.py reads prompts in steps of 2048 tokens; activations have the weights'"
          + " 16-bit type; only the last token's logits are computed";

  @Override
  public CacheCells fullCells(FitQuestion question) {
    return CacheCells.streams(question.sequences(), CacheCells.full(question.contextPerSequence()));
  }

  /** {@code RotatingKVCache}: the window and the prompt step that is being read. */
  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    return CacheCells.streams(
        question.sequences(),
        CacheCells.sliding(window, question.contextPerSequence(), 1, PREFILL_STEP));
  }

  @Override
  public List<MemoryLine> scratch(FitQuestion question) {
    ModelSpec model = question.model();
    long tokens = Math.min(PREFILL_STEP, question.contextPerSequence());
    long width = ComputeMemory.layerWidth(model);
    return List.of(
        new MemoryLine(
            "activations",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(2 * tokens * width),
            () -> "2 B × %d tokens × %d".formatted(tokens, width),
            SOURCE),
        new MemoryLine(
            "logits",
            Quantity.OVERHEAD,
            Place.DEVICE,
            Bytes.of(4L * model.vocabularySize()).times(question.sequences()),
            () ->
                "4 B × %d vocabulary × %d sequences"
                    .formatted(model.vocabularySize(), question.sequences()),
            SOURCE));
  }

  @Override
  public boolean keepsTablesOnHost(WeightFormat weights) {
    return false;
  }
}
