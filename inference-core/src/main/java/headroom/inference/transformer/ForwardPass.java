package headroom.inference.transformer;

import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import headroom.inference.tensor.Tensor;
import headroom.kv.CacheScheme;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass: a batch of tokens in, logits out, keys and values into the caches of the
 * sequences that they belong to. Holds its activations; one thread at a time.
 */
public final class ForwardPass {
  /** Tokens whose logits are computed together: their vocabularies take some megabytes. */
  public static final int LOGITS_TOGETHER = 8;

  private final TransformerSpec spec;
  private final Weights weights;
  private final Batch batch;
  private final Buffers buffers;
  private final CachedAttention cached;
  private final AttentionPass attention;
  private final LatentPass latent;
  private final DeltaPass delta;
  private final ShortConvolutionPass shortConvolution;
  private final StateSpacePass stateSpace;
  private final SelectiveScanPass selectiveScan;
  private final @Nullable PerLayerPass perLayer;
  private final @Nullable AltUpPass altUp;
  private final DensePass dense;
  private final ExpertsPass experts;
  private final BesideExpertsPass besideExperts;
  private final Threads.Task embedding = this::embed;

  // What the task above works on: set before, read by all threads.
  private int[] embedded = {};
  private int firstEmbedded;

  /**
   * @param model shared with others
   * @param contextLength tokens that a sequence may grow to
   */
  public ForwardPass(Transformer model, int contextLength) {
    this.spec = model.spec();
    this.weights = model.weights();
    Codecs.require(weights.embedding().format(), "token embedding"); // before the first token
    this.batch = new Batch(model, contextLength);
    this.buffers = batch.buffers;
    this.cached = new CachedAttention(batch);
    this.attention = new AttentionPass(batch, cached);
    this.latent = new LatentPass(batch, cached);
    this.delta = new DeltaPass(batch);
    this.shortConvolution = new ShortConvolutionPass(batch);
    this.stateSpace = new StateSpacePass(batch);
    this.selectiveScan = new SelectiveScanPass(batch);
    this.perLayer = weights.perLayer() == null ? null : new PerLayerPass(batch, weights.perLayer());
    this.altUp =
        weights.altUp() == null
            ? null
            : new AltUpPass(batch, weights.altUp(), spec.embeddingSize());
    this.dense = new DensePass(batch);
    this.experts = new ExpertsPass(batch, dense, spec.embeddingSize());
    this.besideExperts = new BesideExpertsPass(batch, dense, experts);
  }

  /** Tells a new cache how this model's keys turn, where it turns them as they are read. */
  public void prepare(KvCache cache) {
    if (cache.turnsKeys() && cache.spec().scheme() instanceof CacheScheme.Evicting scheme) {
      for (int i = 0; i < weights.layers().size(); i++) {
        if (weights.layers().get(i).mixer() instanceof Attention now && now.rope() != null) {
          cache.turnKeys(i, batch.rotations.turn(now.rope(), scheme.kept(), now.shape().keySize()));
        }
      }
    }
  }

  /**
   * Appends {@code count} tokens of {@code ids} from {@code first} on to a sequence and leaves
   * their final hidden states behind for {@link #logits}.
   *
   * @param cache of the sequence; takes so many in one batch
   */
  public void run(int[] ids, int first, int count, KvCache cache) {
    batch.times.start();
    batch.start(count);
    batch.add(cache, count);
    embed(ids, first);
    runLayers();
    cache.append(count);
  }

  /**
   * Appends tokens to several sequences at once; every weight is read once for all of them.
   *
   * @param ids of all, one sequence after the other
   * @param caches one for each sequence, no two the same
   * @param counts tokens of each sequence
   */
  public void run(int[] ids, List<KvCache> caches, int[] counts) {
    batch.times.start();
    batch.start(ids.length);
    for (int i = 0; i < counts.length; i++) {
      batch.add(caches.get(i), counts[i]);
    }
    embed(ids, 0);
    runLayers();
    for (int i = 0; i < counts.length; i++) {
      caches.get(i).append(counts[i]);
    }
  }

  /** Appends a tree of tokens to a sequence, each of which sees its ancestors alone. */
  public void run(TokenTree tree, KvCache cache) {
    batch.times.start();
    batch.start(tree.size());
    batch.add(cache, tree);
    embed(tree.tokens(), 0);
    runLayers();
    cache.append(tree.size());
  }

  private void runLayers() {
    batch.rotations.prepare(batch.positions, batch.tokens);
    cached.start();
    batch.times.end(Operation.EMBEDDING);
    List<LayerWeights> layers = weights.layers();
    for (int i = 0; i < layers.size(); i++) {
      LayerWeights layer = layers.get(i);
      begin(layer);
      mix(layer, i);
      feedForward(layer);
      finish(layer, i);
    }
    if (altUp != null) {
      altUp.gather();
    }
  }

  private void embed(int[] ids, int first) {
    embedded = ids;
    firstEmbedded = first;
    batch.threads.run(embedding, batch.parts());
    if (perLayer != null) {
      perLayer.start(ids, first, buffers.residual);
    }
    if (altUp != null) {
      altUp.spread();
    }
  }

  private void embed(int part, int parts, Lane lane) {
    int size = spec.embeddingSize();
    Tensor rows = weights.embedding();
    for (int t = batch.firstToken(part); t < batch.firstToken(part + 1); t++) {
      batch.kernels.decode(rows, embedded[firstEmbedded + t], buffers.residual, t * size);
      scale(buffers.residual, t * size, size, spec.scaling().embedding());
    }
  }

  private void begin(LayerWeights layer) {
    AltUp.Layer streams = layer.around().altUp();
    if (streams != null && altUp != null) {
      altUp.predict(streams);
    }
  }

  private void mix(LayerWeights layer, int index) {
    if (layer.mixer() instanceof TokenMixer.None) {
      return;
    }
    float[] x = normed(layer.mixing().before());
    batch.times.end(Operation.NORMS);
    switch (layer.mixer()) {
      case Attention now -> attention.run(now, index, x, buffers.delta);
      case BorrowedAttention now -> attention.run(now, index, x, buffers.delta);
      case LatentAttention now -> latent.run(now, index, x, buffers.delta);
      case GatedDeltaNet now -> delta.run(now, index, x, buffers.delta);
      case ShortConvolution now -> shortConvolution.run(now, index, x, buffers.delta);
      case StateSpace now -> stateSpace.run(now, index, x, buffers.delta);
      case SelectiveScan now -> selectiveScan.run(now, index, x, buffers.delta);
      case TokenMixer.None _ -> {}
    }
    if (layer.parallel() && layer.network().before() != null) {
      normed(layer.network().before());
    }
    addToResidual(layer.mixing().after());
    AltUp.Layer streams = layer.around().altUp();
    if (streams != null && altUp != null) {
      altUp.addLaurel(streams.laurel(), x);
    }
  }

  private void feedForward(LayerWeights layer) {
    if (layer.feedForward() instanceof FeedForward.None) {
      return;
    }
    float[] x = layer.parallel() ? buffers.normed : normed(layer.network().before());
    batch.times.end(Operation.NORMS);
    switch (layer.feedForward()) {
      case FeedForward.Dense now -> dense.run(now, x, batch.tokens, buffers.delta);
      case FeedForward.BesideExperts now ->
          besideExperts.run(now, x, buffers.residual, buffers.delta);
      case FeedForward.None _ -> {}
      case FeedForward.MixtureOfExperts now -> experts.run(now, x, batch.tokens, buffers.delta);
    }
    addToResidual(layer.network().after());
  }

  private void finish(LayerWeights layer, int index) {
    PerLayerEmbedding.Layer own = layer.around().perLayer();
    AltUp.Layer streams = layer.around().altUp();
    if (own != null && perLayer != null && streams != null && altUp != null) {
      altUp.correct(streams, buffers.normed);
      perLayer.run(own, index, buffers.normed, buffers.delta);
      altUp.addToOthers(buffers.delta);
    } else if (own != null && perLayer != null) {
      perLayer.run(own, index, buffers.residual, buffers.delta);
      addToResidual(null);
    }
    scale(buffers.residual, 0, batch.tokens * spec.embeddingSize(), layer.around().outputScale());
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
    batch.addScaled(
        buffers.residual, spec.scaling().residual(), buffers.delta, spec.embeddingSize());
  }

  /**
   * Bytes of activations, grown to the largest batch yet; the rotations of positions and what
   * kernels pack are not counted.
   */
  public long bytes() {
    return buffers.bytes()
        + latent.bytes()
        + experts.bytes()
        + besideExperts.bytes()
        + (perLayer == null ? 0 : perLayer.bytes())
        + (altUp == null ? 0 : altUp.bytes());
  }

  /** The logits [vocabulary] of token {@code token} of the last batch. */
  public void logits(int token, float[] out) {
    batch.times.start();
    int size = spec.embeddingSize();
    weights.outputNorm().apply(batch.kernels, buffers.residual, token * size, buffers.last, 0);
    multiply(1, out);
  }

  /**
   * The logits [tokens][vocabulary] of some tokens of the last batch; the output matrix is read
   * once for {@link #LOGITS_TOGETHER} of them.
   */
  public float[][] logits(int[] tokens) {
    batch.times.start();
    int size = spec.embeddingSize();
    int vocabulary = spec.vocabularySize();
    float[][] logits = new float[tokens.length][];
    float[] some = new float[Math.min(LOGITS_TOGETHER, tokens.length) * vocabulary];
    for (int done = 0; done < tokens.length; done += LOGITS_TOGETHER) {
      int count = Math.min(LOGITS_TOGETHER, tokens.length - done);
      for (int t = 0; t < count; t++) {
        int from = tokens[done + t] * size;
        weights.outputNorm().apply(batch.kernels, buffers.residual, from, buffers.last, t * size);
      }
      multiply(count, some);
      for (int t = 0; t < count; t++) {
        logits[done + t] = Arrays.copyOfRange(some, t * vocabulary, (t + 1) * vocabulary);
      }
    }
    return logits;
  }

  /** The logits [count, vocabulary] of the embeddings that lie ready. */
  private void multiply(int count, float[] out) {
    batch.products.multiply(weights.output(), buffers.last, count, out);
    int total = count * spec.vocabularySize();
    scale(out, 0, total, spec.scaling().logits());
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

  private static void scale(float[] x, int first, int size, float factor) {
    if (factor != 1) {
      for (int i = first; i < first + size; i++) {
        x[i] *= factor;
      }
    }
  }
}
