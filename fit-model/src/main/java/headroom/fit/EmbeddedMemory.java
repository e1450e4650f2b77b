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
    Widths widths = Widths.of(model);
    long embedding = model.embeddingSize();
    return List.of(
        new MemoryLine(
            "activations",
            Quantity.COMPUTE,
            Place.DEVICE,
            Bytes.of(Float.BYTES * (tokens * widths.sum(embedding) + LAST_TOKENS * embedding)),
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

  /** The widest of each array over all layers; those of latents and experts are apart. */
  private static final class Widths {
    private long query;
    private long key;
    private long value;
    private long attended;
    private long feedForward;
    private long compressed;
    private long plain;
    private long headValues;
    private long headIn;
    private long headOut;
    private long routed;
    private long chosen;

    static Widths of(ModelSpec model) {
      Widths widest = new Widths();
      for (LayerSpec layer : model.layers()) {
        switch (layer.attention()) {
          case AttentionSpec.GroupedQuery full -> widest.add(full);
          case AttentionSpec.SlidingWindow sliding -> widest.add(sliding.heads());
          case AttentionSpec.LatentAttention latent -> widest.add(latent);
          default -> {
            // The engine runs no recurrent layers.
          }
        }
        switch (layer.feedForward()) {
          case FeedForward.Dense dense ->
              widest.feedForward = Math.max(widest.feedForward, dense.size());
          case FeedForward.MixtureOfExperts experts -> widest.add(experts);
          case FeedForward.None none -> {
            // Nothing between matrices.
          }
        }
      }
      return widest;
    }

    private void add(AttentionSpec.GroupedQuery heads) {
      query = Math.max(query, (long) heads.heads() * heads.keySize());
      key = Math.max(key, (long) heads.kvHeads() * heads.keySize());
      value = Math.max(value, (long) heads.kvHeads() * heads.valueSize());
      attended = Math.max(attended, (long) heads.heads() * heads.valueSize());
    }

    private void add(AttentionSpec.LatentAttention latent) {
      long heads = latent.heads();
      long stored = (long) latent.latentSize() + latent.ropeSize();
      query = Math.max(query, heads * stored);
      key = Math.max(key, stored);
      attended = Math.max(attended, heads * Math.max(latent.latentSize(), latent.valueSize()));
      compressed = Math.max(compressed, latent.queryLatentSize().orElse(0));
      plain = Math.max(plain, heads * (latent.keySize() + latent.ropeSize()));
      headValues = Math.max(headValues, heads * latent.valueSize());
      headIn = Math.max(headIn, Math.max(latent.keySize(), latent.latentSize()));
      headOut = Math.max(headOut, Math.max(latent.latentSize(), latent.valueSize()));
    }

    private void add(FeedForward.MixtureOfExperts experts) {
      long shared = experts.sharedSize().orElse(0);
      feedForward = Math.max(feedForward, Math.max(experts.expertSize(), shared));
      routed = Math.max(routed, experts.experts());
      chosen = Math.max(chosen, experts.expertsActive());
    }

    private long latents() {
      return compressed + plain + headValues + headIn + headOut;
    }

    /** Scores of all experts, who was chosen and how much, a weight and a place for each token. */
    private long routing(long embedding) {
      return routed == 0 ? 0 : embedding + routed + 2 * chosen + 2;
    }

    long sum(long embedding) {
      return 3 * embedding
          + query
          + key
          + value
          + attended
          + 2 * feedForward
          + latents()
          + routing(embedding);
    }

    String formula(long tokens, long embedding) {
      return ("4 B × (%d tokens × (3 × %d embedding + %d query + %d key + %d value + %d attended"
              + " + 2 × %d feed-forward + %d latents + %d experts) + %d × %d)")
          .formatted(
              tokens,
              embedding,
              query,
              key,
              value,
              attended,
              feedForward,
              latents(),
              routing(embedding),
              LAST_TOKENS,
              embedding);
    }
  }
}
