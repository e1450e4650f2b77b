package headroom.inference.transformer;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kvcache.KvCache;
import headroom.inference.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of one session: a batch of tokens in, logits out, keys and values into the
 * cache. Holds the session's activations; one thread at a time.
 */
public final class ForwardPass {
  /** Tokens whose logits are computed together: their vocabularies take some megabytes. */
  public static final int LOGITS_TOGETHER = 8;

  private final TransformerSpec spec;
  private final Weights weights;
  private final BlockCodec embeddingCodec;
  private final Batch batch;
  private final Buffers buffers;
  private final AttentionPass attention;
  private final LatentPass latent;
  private final DensePass dense;
  private final ExpertsPass experts;

  /**
   * @param model shared with other sessions
   * @param cache of this session
   */
  public ForwardPass(Transformer model, KvCache cache) {
    this.spec = model.spec();
    this.weights = model.weights();
    this.embeddingCodec = Codecs.require(weights.embedding().format(), "token embedding");
    this.batch = new Batch(model, cache);
    this.buffers = batch.buffers;
    CachedAttention cached = new CachedAttention(batch);
    this.attention = new AttentionPass(batch, cached);
    this.latent = new LatentPass(batch, cached);
    this.dense = new DensePass(batch);
    this.experts = new ExpertsPass(batch, dense, spec.embeddingSize());
  }

  /**
   * Appends {@code count} tokens of {@code ids} from {@code first} on and leaves their final hidden
   * states behind for {@link #logits}.
   */
  public void run(int[] ids, int first, int count) {
    batch.times.start();
    batch.start(count);
    embed(ids, first);
    batch.times.end(Operation.EMBEDDING);
    List<LayerWeights> layers = weights.layers();
    for (int i = 0; i < layers.size(); i++) {
      LayerWeights layer = layers.get(i);
      mix(layer, i);
      feedForward(layer);
    }
    batch.cache.append(count);
  }

  private void embed(int[] ids, int first) {
    int size = spec.embeddingSize();
    Tensor embedding = weights.embedding();
    for (int t = 0; t < batch.tokens; t++) {
      embeddingCodec.decodeRow(
          embedding.data(),
          ids[first + t] * embedding.rowBytes(),
          buffers.residual,
          t * size,
          size);
    }
    scale(buffers.residual, batch.tokens * size, spec.scaling().embedding());
  }

  private void mix(LayerWeights layer, int index) {
    float[] x = normed(layer.mixerNorm());
    batch.times.end(Operation.NORMS);
    switch (layer.mixer()) {
      case Attention now -> attention.run(now, index, x, buffers.delta);
      case LatentAttention now -> latent.run(now, index, x, buffers.delta);
    }
    addToResidual(layer.mixerPostNorm());
  }

  private void feedForward(LayerWeights layer) {
    float[] x = normed(layer.feedForwardNorm());
    batch.times.end(Operation.NORMS);
    switch (layer.feedForward()) {
      case FeedForward.Dense now -> dense.run(now, x, batch.tokens, buffers.delta);
      case FeedForward.MixtureOfExperts now -> experts.run(now, x, batch.tokens, buffers.delta);
    }
    addToResidual(layer.feedForwardPostNorm());
  }

  /** The residual stream as the next part of a layer takes it. */
  private float[] normed(@Nullable Norm norm) {
    if (norm == null) {
      return buffers.residual;
    }
    batch.normalise(norm, buffers.residual, buffers.normed);
    return buffers.normed;
  }

  private void addToResidual(@Nullable Norm norm) {
    if (norm != null) {
      batch.normalise(norm, buffers.delta, buffers.delta);
    }
    int size = batch.tokens * spec.embeddingSize();
    batch.kernels.addScaled(buffers.residual, 0, spec.scaling().residual(), buffers.delta, 0, size);
  }

  /**
   * Bytes of activations, grown to the largest batch yet; the rotations of positions and what
   * kernels pack are not counted.
   */
  public long bytes() {
    return buffers.bytes() + latent.bytes() + experts.bytes();
  }

  /** The logits [vocabulary] of token {@code token} of the last batch. */
  public void logits(int token, float[] out) {
    logits(token, 1, out);
  }

  /**
   * The logits of some tokens of the last batch, for which the output matrix is read once.
   *
   * @param count at most {@link #LOGITS_TOGETHER}
   * @param out [count, vocabulary]
   */
  public void logits(int firstToken, int count, float[] out) {
    batch.times.start();
    int size = spec.embeddingSize();
    for (int t = 0; t < count; t++) {
      int from = (firstToken + t) * size;
      weights.outputNorm().apply(batch.kernels, buffers.residual, from, buffers.last, t * size);
    }
    batch.products.multiply(weights.output(), buffers.last, count, out);
    int total = count * spec.vocabularySize();
    scale(out, total, spec.scaling().logits());
    float cap = spec.scaling().logitSoftcap();
    if (!Float.isInfinite(cap)) {
      for (int i = 0; i < total; i++) {
        out[i] = cap * (float) Math.tanh(out[i] / cap);
      }
    }
    batch.times.end(Operation.LOGITS);
  }

  /** Where the time went. */
  public OperationTimes times() {
    return batch.times;
  }

  private static void scale(float[] x, int size, float factor) {
    if (factor != 1) {
      for (int i = 0; i < size; i++) {
        x[i] *= factor;
      }
    }
  }
}
