package headroom.inference.transformer;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of one session: a batch of tokens in, logits out, keys and values into the
 * cache. Holds the session's activations; one thread at a time.
 */
public final class ForwardPass {
  /** Tokens that attention handles together, so that a key is decoded once for all of them. */
  private static final int TOKENS_PER_ATTENTION_PART = 16;

  private final Transformer model;
  private final Kernels kernels;
  private final Threads threads;
  private final KvCache cache;
  private final BlockCodec embeddingCodec;
  private final Buffers buffers;
  private final Products products;
  private final ExpertMixture experts;
  private final List<RotaryTable> tables = new ArrayList<>();
  private final int[] tableOfLayer;
  private float[][] cosines = {}; // [table][tokens, pairs]
  private float[][] sines = {};

  // What the tasks below work on: set before each, read by all threads.
  private LayerWeights layer;
  private int layerIndex;
  private int position;
  private int tokens;
  private final Threads.Task prepareHeads = this::prepareHeads;
  private final Threads.Task attend = this::attend;
  private final Threads.Task gate = this::gate;

  /**
   * @param model shared with other sessions
   * @param cache of this session
   */
  public ForwardPass(Transformer model, KvCache cache) {
    this.model = model;
    this.kernels = model.kernels();
    this.threads = model.threads();
    this.cache = cache;
    Weights weights = model.weights();
    this.embeddingCodec = Codecs.require(weights.embedding().format(), "token embedding");
    this.buffers = new Buffers(model.spec(), weights);
    this.products = new Products(kernels, threads, weights.output().matrix());
    this.experts = new ExpertMixture(kernels, products, model.spec().embeddingSize());
    this.layer = weights.layers().getFirst();
    this.tableOfLayer = new int[weights.layers().size()];
    Map<RopeSpec, Integer> indices = new HashMap<>();
    for (int i = 0; i < tableOfLayer.length; i++) {
      RopeSpec rope = weights.layers().get(i).rope();
      Integer known = indices.putIfAbsent(rope, tables.size());
      if (known == null) {
        tables.add(rope.forContext(cache.capacity()));
      }
      tableOfLayer[i] = known == null ? tables.size() - 1 : known;
    }
    cosines = new float[tables.size()][0];
    sines = new float[tables.size()][0];
  }

  /**
   * Appends {@code count} tokens of {@code ids} from {@code first} on and leaves their final hidden
   * states behind for {@link #logits}.
   */
  public void run(int[] ids, int first, int count) {
    cache.requireRoomFor(count);
    buffers.ensure(count);
    tokens = count;
    position = cache.length();
    embed(ids, first);
    rotations();
    for (int i = 0; i < tableOfLayer.length; i++) {
      layerIndex = i;
      layer = model.weights().layers().get(i);
      attention();
      feedForward();
    }
    cache.append(count);
  }

  /** The logits [vocabulary] of token {@code token} of the last batch. */
  public void logits(int token, float[] out) {
    int size = model.spec().embeddingSize();
    RmsNorm norm = model.weights().outputNorm();
    kernels.rmsNorm(
        buffers.residual, token * size, norm.weight(), size, norm.epsilon(), buffers.last, 0);
    products.multiply(model.weights().output(), buffers.last, 1, out);
    float cap = model.spec().logitSoftcap();
    if (!Float.isInfinite(cap)) {
      for (int i = 0; i < out.length; i++) {
        out[i] = cap * (float) Math.tanh(out[i] / cap);
      }
    }
  }

  private void embed(int[] ids, int first) {
    int size = model.spec().embeddingSize();
    long rowBytes = model.weights().embedding().rowBytes();
    float scale = model.spec().embeddingScale();
    for (int t = 0; t < tokens; t++) {
      embeddingCodec.decodeRow(
          model.weights().embedding().data(),
          ids[first + t] * rowBytes,
          buffers.residual,
          t * size,
          size);
    }
    if (scale != 1) {
      for (int i = 0; i < tokens * size; i++) {
        buffers.residual[i] *= scale;
      }
    }
  }

  private void rotations() {
    for (int i = 0; i < tables.size(); i++) {
      int pairs = tables.get(i).pairs();
      if (cosines[i].length < tokens * pairs) {
        cosines[i] = new float[tokens * pairs];
        sines[i] = new float[tokens * pairs];
      }
      for (int t = 0; t < tokens; t++) {
        tables.get(i).fill(position + t, cosines[i], sines[i], t * pairs);
      }
    }
  }

  private void attention() {
    normalise(layer.attentionNorm(), buffers.residual, buffers.normed);
    products.multiply(layer.query(), buffers.normed, tokens, buffers.query);
    products.multiply(layer.key(), buffers.normed, tokens, buffers.key);
    products.multiply(layer.value(), buffers.normed, tokens, buffers.value);
    threads.run(prepareHeads, tokens);
    int blocks = Math.ceilDiv(tokens, TOKENS_PER_ATTENTION_PART);
    threads.run(attend, blocks * layer.attention().kvHeads());
    products.multiply(layer.output(), buffers.attended, tokens, buffers.delta);
    addToResidual(layer.attentionPostNorm());
  }

  /** Norms and rotates one token's queries and keys, and stores keys and values. */
  private void prepareHeads(int token, int parts, Lane lane) {
    AttentionShape shape = layer.attention();
    prepare(layer.queryNorm(), buffers.query, token, shape.heads(), shape.keySize());
    prepare(layer.keyNorm(), buffers.key, token, shape.kvHeads(), shape.keySize());
    int cell = position + token;
    cache.keys(layerIndex).write(cell, buffers.key, token * shape.kvHeads() * shape.keySize());
    cache
        .values(layerIndex)
        .write(cell, buffers.value, token * shape.kvHeads() * shape.valueSize());
  }

  private void prepare(@Nullable RmsNorm norm, float[] x, int token, int heads, int headSize) {
    int start = token * heads * headSize;
    if (norm != null) {
      for (int h = 0; h < heads; h++) {
        int at = start + h * headSize;
        kernels.rmsNorm(x, at, norm.weight(), headSize, norm.epsilon(), x, at);
      }
    }
    int t = tableOfLayer[layerIndex];
    RotaryTable table = tables.get(t);
    kernels.rotate(
        table.style(),
        x,
        start,
        heads,
        headSize,
        cosines[t],
        sines[t],
        token * table.pairs(),
        table.pairs());
  }

  private void attend(int part, int parts, Lane lane) {
    AttentionShape shape = layer.attention();
    int kvHead = part % shape.kvHeads();
    int first = part / shape.kvHeads() * TOKENS_PER_ATTENTION_PART;
    kernels.attend(
        shape,
        kvHead,
        buffers.query,
        first,
        Math.min(tokens, first + TOKENS_PER_ATTENTION_PART),
        position,
        cache.keys(layerIndex),
        cache.values(layerIndex),
        buffers.attended,
        lane);
  }

  private void feedForward() {
    normalise(layer.feedForwardNorm(), buffers.residual, buffers.normed);
    switch (layer.feedForward()) {
      case FeedForward.Dense dense -> {
        products.multiply(dense.gate(), buffers.normed, tokens, buffers.gate);
        products.multiply(dense.up(), buffers.normed, tokens, buffers.up);
        threads.run(gate, tokens);
        products.multiply(dense.down(), buffers.gate, tokens, buffers.delta);
      }
      case FeedForward.MixtureOfExperts mixture -> experts.apply(mixture, buffers, tokens);
    }
    addToResidual(layer.feedForwardPostNorm());
  }

  private void gate(int token, int parts, Lane lane) {
    FeedForward.Dense dense = (FeedForward.Dense) layer.feedForward();
    int size = dense.gate().rows();
    kernels.gate(dense.activation(), buffers.gate, buffers.up, token * size, size);
  }

  private void normalise(RmsNorm norm, float[] x, float[] out) {
    int size = norm.size();
    for (int t = 0; t < tokens; t++) {
      kernels.rmsNorm(x, t * size, norm.weight(), size, norm.epsilon(), out, t * size);
    }
  }

  private void addToResidual(@Nullable RmsNorm norm) {
    if (norm != null) {
      normalise(norm, buffers.delta, buffers.delta);
    }
    kernels.add(buffers.residual, 0, buffers.delta, 0, tokens * model.spec().embeddingSize());
  }
}
