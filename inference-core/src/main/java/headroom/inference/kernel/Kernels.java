package headroom.inference.kernel;

import headroom.inference.codec.Codecs;
import headroom.inference.kvcache.KvRows;
import headroom.inference.tensor.Tensor;

/**
 * The verbs of a transformer over float32 activations. Stateless and single-threaded: callers
 * divide the work, hand in the lane of their thread, and have checked shapes when the model was
 * loaded.
 */
public interface Kernels extends AutoCloseable {
  /** For people and run documents, for example {@code vector-256}. */
  String name();

  /**
   * Binds a matrix to the way it will be multiplied with.
   *
   * @throws headroom.inference.codec.UnsupportedFormatException where its format cannot be read
   */
  Linear bind(Tensor weight);

  /**
   * As {@link #bind(Tensor)}; where the matrix gets memory of its own, these threads fill it, each
   * the rows that it will multiply.
   */
  default Linear bind(Tensor weight, Threads threads) {
    return bind(weight);
  }

  /**
   * One row of a matrix as floats, what a token's embedding is.
   *
   * @throws headroom.inference.codec.UnsupportedFormatException where its format cannot be read
   */
  default void decode(Tensor matrix, int row, float[] out, int outOffset) {
    Codecs.require(matrix.format(), "tensor '" + matrix.name() + "'")
        .decodeRow(matrix.data(), row * matrix.rowBytes(), out, outOffset, matrix.columns());
  }

  /** out = x / rms(x) * weight over {@code size} elements (arXiv 1910.07467); in place allowed. */
  void rmsNorm(
      float[] x, int xOffset, float[] weight, int size, float epsilon, float[] out, int outOffset);

  /**
   * out = (x - mean) / deviation * weight + bias over {@code size} elements (arXiv 1607.06450); in
   * place allowed.
   */
  void layerNorm(
      float[] x,
      int xOffset,
      float[] weight,
      float[] bias,
      int size,
      float epsilon,
      float[] out,
      int outOffset);

  /** x += delta over {@code size} elements. */
  void add(float[] x, int xOffset, float[] delta, int deltaOffset, int size);

  /** x += scale * delta over {@code size} elements. */
  void addScaled(float[] x, int xOffset, float scale, float[] delta, int deltaOffset, int size);

  /** x = e^x / Σ e^x over {@code size} elements. */
  void softmax(float[] x, int offset, int size);

  /** x = activation(x) over {@code size} elements, where nothing is gated. */
  void activate(Activation activation, float[] x, int offset, int size);

  /** gate = activation(gate) * up over {@code size} elements. */
  void gate(Activation activation, float[] gate, float[] up, int offset, int size);

  /**
   * Rotates the first {@code 2 * pairs} elements of each head.
   *
   * @param x [heads, headSize] from {@code offset} on
   * @param cosines [pairs] from {@code tableOffset} on, as are the sines
   */
  void rotate(
      RotaryStyle style,
      float[] x,
      int offset,
      int heads,
      int headSize,
      float[] cosines,
      float[] sines,
      int tableOffset,
      int pairs);

  /**
   * Causal attention of the query heads that share {@code kvHead}, for the batch's tokens from
   * {@code firstToken} to {@code endToken} (exclusive); token t stands at {@code position + t} and
   * its own key and value are in the cache.
   *
   * @param query [tokens, heads, keySize]
   * @param out [tokens, heads, valueSize]
   * @param lane of the calling thread
   */
  void attend(
      AttentionShape shape,
      int kvHead,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      KvRows keys,
      KvRows values,
      float[] out,
      Lane lane);

  /**
   * As {@link #attend}, of all heads but to the cells from {@code firstCell} to {@code endCell}
   * (exclusive) alone: parts of a long context are for several threads, and {@link
   * PartialAttention#join} makes one of them.
   *
   * @param firstCell at least the first that any of the tokens sees
   * @param endCell at most the last token's cell and one
   * @param partial where {@link PartialAttention} goes, from {@code partialOffset} on
   */
  void attendSome(
      AttentionShape shape,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      int firstCell,
      int endCell,
      KvRows keys,
      KvRows values,
      float[] partial,
      int partialOffset,
      Lane lane);

  /** What is to be said of how matrices were bound, in whole sentences; empty where nothing is. */
  default String remark() {
    return "";
  }

  /** Gives back memory that matrices were bound to; they can no longer be multiplied with. */
  @Override
  default void close() {}
}
