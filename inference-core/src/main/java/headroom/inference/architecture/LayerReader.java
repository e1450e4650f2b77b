package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.Attention;
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

  LayerNorm layerNorm(String name, float epsilon) {
    return new LayerNorm(
        in.vector(name(name) + ".weight", embedding),
        in.vector(name(name) + ".bias", embedding),
        epsilon);
  }

  Projection projection(String name, int columns, int rows) {
    return in.projection(name(name), columns, rows);
  }

  /** Norm, attention, norm, feed-forward: the layer of llama and its nearest kin. */
  LayerWeights standard(TokenMixer mixer, FeedForward feedForward) {
    return new LayerWeights(norm("attn_norm"), mixer, null, norm("ffn_norm"), feedForward, null);
  }

  /** The standard layer with norms behind both halves too (Gemma 2). */
  LayerWeights normedAround(TokenMixer mixer, FeedForward feedForward) {
    return new LayerWeights(
        norm("attn_norm"),
        mixer,
        norm("post_attention_norm"),
        norm("ffn_norm"),
        feedForward,
        norm("post_ffw_norm"));
  }

  /** Queries, keys and values, in one matrix or three, and the output matrix. */
  Attention attention(AttentionShape shape, @Nullable RopeSpec rope) {
    Heads heads = heads();
    Projection output = projection("attn_output", heads.attendedColumns(), embedding);
    if (!in.has(name("attn_qkv.weight"))) {
      return new Attention(
          shape,
          rope,
          projection("attn_q", embedding, heads.queryRows()),
          projection("attn_k", embedding, heads.keyRows()),
          projection("attn_v", embedding, heads.valueRows()),
          null,
          null,
          null,
          output);
    }
    int before = heads.queryRows() + heads.keyRows();
    int rows = before + heads.valueRows();
    return new Attention(
        shape,
        rope,
        slice("attn_qkv", rows, 0, heads.queryRows()),
        slice("attn_qkv", rows, heads.queryRows(), heads.keyRows()),
        slice("attn_qkv", rows, before, heads.valueRows()),
        null,
        null,
        null,
        output);
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
    int width = feedForwardSize();
    return new FeedForward.Dense(
        activation,
        null,
        projection("ffn_up", embedding, width),
        projection("ffn_down", width, embedding));
  }
}
