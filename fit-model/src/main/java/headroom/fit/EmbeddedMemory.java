package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheCells;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.List;

/**
 * Headroom's own engine: weights are mapped, a cache has as many cells as its context, and
 * activations are arrays of F32 for the widest layer.
 */
record EmbeddedMemory() implements EngineMemory {
  private static final String SOURCE =
      "what headroom.inference.transformer.ForwardPass allocates; a test holds the two equal";

  /** Tokens of a batch, whatever is asked for: KvCache.BATCH. */
  private static final int BATCH = 512;

  /** Tokens whose logits are taken together: ForwardPass.LOGITS_TOGETHER. */
  private static final long LAST_TOKENS = 8;

  @Override
  public CacheCells fullCells(FitQuestion question) {
    return CacheCells.streams(
        question.sequences(), CacheCells.exact(question.contextPerSequence()));
  }

  /** A ring of the window and a batch, where the context is longer than that. */
  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    int context = question.contextPerSequence();
    CacheCells ring =
        new CacheCells(
            Math.min(context, (long) window + BATCH),
            () -> "min(%d, %d + %d)".formatted(context, window, BATCH));
    return CacheCells.streams(question.sequences(), ring);
  }

  @Override
  public List<MemoryLine> scratch(FitQuestion question) {
    ModelSpec model = question.model();
    long tokens = Math.min(question.microBatch(), question.contextPerSequence());
    EmbeddedWidths widths = EmbeddedWidths.of(model);
    long embedding = model.embeddingSize();
    return List.of(
        new MemoryLine(
            "activations",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(Float.BYTES * widths.elements(tokens, embedding, LAST_TOKENS)),
            () -> widths.formula(tokens, embedding, LAST_TOKENS),
            SOURCE),
        new MemoryLine(
            "logits",
            Quantity.OVERHEAD,
            Place.DEVICE,
            Bytes.of((long) Float.BYTES * model.vocabularySize()),
            () -> "4 B × %d vocabulary".formatted(model.vocabularySize()),
            SOURCE));
  }

  @Override
  public boolean keepsTablesOnHost(WeightFormat weights) {
    return false;
  }
}
