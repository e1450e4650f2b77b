package headroom.fit;

import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheCells;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
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
      "what headroom.inference.transformer.Buffers allocates; a test holds the two equal";

  @Override
  public CacheCells fullCells(FitQuestion question) {
    return CacheCells.streams(
        question.sequences(), CacheCells.exact(question.contextPerSequence()));
  }

  /** A window limits what is read, not what is kept. */
  @Override
  public CacheCells slidingCells(int window, FitQuestion question) {
    return fullCells(question);
  }

  @Override
  public List<MemoryLine> scratch(FitQuestion question) {
    ModelSpec model = question.model();
    long tokens = Math.min(question.microBatch(), question.contextPerSequence());
    Widths widths = Widths.of(model);
    long embedding = model.embeddingSize();
    return List.of(
        new MemoryLine(
            "activations",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(Float.BYTES * (tokens * widths.sum(embedding) + embedding)),
            () -> widths.formula(tokens, embedding),
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

  /** The widest of each array over all layers. */
  private record Widths(long query, long key, long value, long attended, long feedForward) {
    static Widths of(ModelSpec model) {
      Widths widest = new Widths(0, 0, 0, 0, 0);
      for (LayerSpec layer : model.layers()) {
        if (layer.attention() instanceof AttentionSpec.GroupedQuery full) {
          widest = widest.with(full);
        } else if (layer.attention() instanceof AttentionSpec.SlidingWindow sliding) {
          widest = widest.with(sliding.heads());
        }
        long inner =
            switch (layer.feedForward()) {
              case FeedForward.Dense dense -> dense.size();
              case FeedForward.MixtureOfExperts experts -> experts.expertSize();
              case FeedForward.None none -> 0;
            };
        widest =
            new Widths(
                widest.query,
                widest.key,
                widest.value,
                widest.attended,
                Math.max(widest.feedForward, inner));
      }
      return widest;
    }

    private Widths with(AttentionSpec.GroupedQuery heads) {
      return new Widths(
          Math.max(query, (long) heads.heads() * heads.keySize()),
          Math.max(key, (long) heads.kvHeads() * heads.keySize()),
          Math.max(value, (long) heads.kvHeads() * heads.valueSize()),
          Math.max(attended, (long) heads.heads() * heads.valueSize()),
          feedForward);
    }

    long sum(long embedding) {
      return 3 * embedding + query + key + value + attended + 2 * feedForward;
    }

    String formula(long tokens, long embedding) {
      return "4 B × (%d tokens × (3 × %d embedding + %d query + %d key + %d value + %d attended + 2 × %d feed-forward) + %d)"
          .formatted(tokens, embedding, query, key, value, attended, feedForward, embedding);
    }
  }
}
