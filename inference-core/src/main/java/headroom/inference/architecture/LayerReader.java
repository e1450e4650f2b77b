package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.CausalConvolution;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerNorm;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.Projection;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TokenMixer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One layer's tensors, by what follows {@code blk.N.} in their names. */
final class LayerReader {
  private final ModelReader in;
  private final int index;
  private final int embedding;

  LayerReader(ModelReader in, int index, int embedding) {
    this.in = in;
    this.index = index;
    this.embedding = embedding;
  }

  /** Which layer, from 0. */
  int index() {
    return index;
  }

  int embedding() {
    return embedding;
  }

  ModelReader model() {
    return in;
  }

  /** {@code blk.N.name}. */
  String name(String name) {
    return "blk." + index + "." + name;
  }

  Heads heads() {
    return in.heads(index);
  }

  /** A number of rows that a tensor should have, which must be one that arrays can have. */
  int rows(String tensor, long rows) {
    if (rows > Integer.MAX_VALUE) {
      throw in.fault("tensor '%s' would have %d rows; wanted fewer than 2^31", name(tensor), rows);
    }
    return (int) rows;
  }

  /** Width of the dense network. */
  int feedForwardSize() {
    return in.count("feed_forward_length", index);
  }

  RmsNorm norm(String name) {
    return norm(name, embedding);
  }

  RmsNorm norm(String name, int size) {
    return in.norm(name(name), size);
  }

  LayerNorm layerNorm(String name) {
    return in.layerNorm(name(name), embedding);
  }

  /** A layer norm that only scales. */
  LayerNorm unbiasedLayerNorm(String name) {
    return in.unbiasedLayerNorm(name(name), embedding);
  }

  Projection projection(String name, int columns, int rows) {
    return in.projection(name(name), columns, rows);
  }

  /** Norm, attention, norm, feed-forward: the layer of llama and its nearest kin. */
  LayerWeights standard(TokenMixer mixer, FeedForward feedForward) {
    return LayerWeights.of(norm("attn_norm"), mixer, norm("ffn_norm"), feedForward);
  }

  /** The standard layer with norms behind both halves too (Gemma 2). */
  LayerWeights normedAround(TokenMixer mixer, FeedForward feedForward) {
    return LayerWeights.of(
        new LayerWeights.Half<>(norm("attn_norm"), mixer, norm("post_attention_norm")),
        new LayerWeights.Half<>(norm("ffn_norm"), feedForward, norm("post_ffw_norm")));
  }

  /** Only results are normed (OLMo 2). */
  LayerWeights normedBehind(TokenMixer mixer, FeedForward feedForward) {
    return LayerWeights.of(
        LayerWeights.Half.normedLast(norm("post_attention_norm"), mixer),
        LayerWeights.Half.normedLast(norm("post_ffw_norm"), feedForward));
  }

  /** Queries, keys and values, in one matrix or three, and the output matrix. */
  Attention attention(AttentionShape shape, @Nullable RopeSpec rope) {
    return attention(heads(), shape, rope);
  }

  /**
   * As above with other heads; without a matrix of values the keys are the values too (Gemma 4).
   */
  Attention attention(Heads heads, AttentionShape shape, @Nullable RopeSpec rope) {
    Projection output = projection("attn_output", heads.attendedColumns(), embedding);
    if (!in.has(name("attn_qkv.weight"))) {
      return new Attention(
          shape,
          rope,
          new Attention.Matrices(
              projection("attn_q", embedding, heads.queryRows()),
              projection("attn_k", embedding, heads.keyRows()),
              projection(values(heads), embedding, heads.valueRows()),
              output));
    }
    int before = heads.queryRows() + heads.keyRows();
    int rows = before + heads.valueRows();
    return new Attention(
        shape,
        rope,
        new Attention.Matrices(
            slice("attn_qkv", rows, 0, heads.queryRows()),
            slice("attn_qkv", rows, heads.queryRows(), heads.keyRows()),
            slice("attn_qkv", rows, before, heads.valueRows()),
            output));
  }

  /** The convolution whose taps the file keeps as [channels, taps]. */
  CausalConvolution convolution(String name, int channels, int taps) {
    Tensor stored = in.tensor(name(name) + ".weight", taps, channels);
    float[] weight = new float[taps * channels];
    for (int channel = 0; channel < channels; channel++) {
      float[] row = ModelReader.row(stored, channel);
      for (int tap = 0; tap < taps; tap++) {
        weight[tap * channels + channel] = row[tap];
      }
    }
    return new CausalConvolution(weight, in.bias(name(name), channels), channels, taps);
  }

  private String values(Heads heads) {
    boolean alike = in.sharesKeysAsValues() && heads.keySize() == heads.valueSize();
    return alike && !in.has(name("attn_v.weight")) ? "attn_k" : "attn_v";
  }

  /** True where the file has norms for queries or keys. */
  boolean normsHeads() {
    return in.has(name("attn_q_norm.weight")) || in.has(name("attn_k_norm.weight"));
  }

  /** Norms over each head of queries and keys. */
  Attention headNormed(Attention attention) {
    int size = heads().keySize();
    return attention.normed(norm("attn_q_norm", size), norm("attn_k_norm", size));
  }

  /** Rows of a matrix [allRows, embedding] that holds several, and of its bias. */
  private Projection slice(String name, int allRows, int first, int rows) {
    Tensor whole = in.tensor(name(name) + ".weight", embedding, allRows);
    float[] bias = in.bias(name(name), allRows);
    return new Projection(
        in.bind(whole.rows(first, rows)),
        in.scale(name(name)),
        bias == null ? null : Arrays.copyOfRange(bias, first, first + rows));
  }

  /** A gated network under the usual names. */
  FeedForward.Dense gated(Activation activation) {
    return gated(activation, "", feedForwardSize());
  }

  /**
   * Gate, up and down.
   *
   * @param suffix behind {@code ffn_gate} and kin
   */
  FeedForward.Dense gated(Activation activation, String suffix, int width) {
    return new FeedForward.Dense(
        activation,
        projection("ffn_gate" + suffix, embedding, width),
        projection("ffn_up" + suffix, embedding, width),
        projection("ffn_down" + suffix, width, embedding));
  }

  /** A gated network whose gate and up are one matrix, {@code ffn_up}. */
  FeedForward.Dense fusedGated(Activation activation) {
    int width = feedForwardSize();
    int both = rows("ffn_up.weight", 2L * width);
    return new FeedForward.Dense(
        activation,
        slice("ffn_up", both, 0, width),
        slice("ffn_up", both, width, width),
        projection("ffn_down", width, embedding));
  }

  /** Up and down alone. */
  FeedForward.Dense ungated(Activation activation) {
    return ungated(activation, "", feedForwardSize());
  }

  /** As above, with other names and of another width. */
  FeedForward.Dense ungated(Activation activation, String suffix, int width) {
    return new FeedForward.Dense(
        activation,
        null,
        projection("ffn_up" + suffix, embedding, width),
        projection("ffn_down" + suffix, width, embedding));
  }

  /** True where the layer has key-value heads: hybrids say 0 of layers that keep a state. */
  boolean attends() {
    return in.findCount("attention.head_count_kv", index).isPresent();
  }
}
