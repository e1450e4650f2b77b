package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kvcache.KvShape;
import org.jspecify.annotations.Nullable;

/**
 * Attention whose key-value heads may be shared by several query heads (arXiv 2305.13245). What an
 * architecture does not have is null.
 *
 * @param shape heads, sizes, window
 * @param rope how queries and keys are rotated; null where they are not (NoPE, arXiv 2305.19466)
 * @param matrices that make queries, keys, values and the result
 * @param gated true where what is attended to is multiplied by the sigmoid of that gate (Qwen 3
 *     Next; arXiv 2505.06708)
 * @param norms over heads
 * @param temperature what late queries are multiplied by
 */
public record Attention(
    AttentionShape shape,
    @Nullable RopeSpec rope,
    Matrices matrices,
    boolean gated,
    Norms norms,
    @Nullable QueryTemperature temperature)
    implements TokenMixer {

  /**
   * The four matrices.
   *
   * @param query [heads * keySize, embedding]; where attention is gated, each head's gate [keySize]
   *     behind its query
   * @param key [kvHeads * keySize, embedding]
   * @param value [kvHeads * valueSize, embedding]
   * @param output [embedding, heads * valueSize]
   */
  public record Matrices(Projection query, Projection key, Projection value, Projection output) {}

  /**
   * Norms between the matrices.
   *
   * @param query before rotation unless {@code rotatedFirst}, over each head (Qwen 3) or over all
   *     heads together (OLMo 2), as its size says
   * @param key likewise
   * @param value over each head's value (Gemma 4)
   * @param attended over what all heads attended to, before the output matrix (BitNet)
   * @param rotatedFirst true where queries and keys are normed after their rotation (Hunyuan)
   */
  public record Norms(
      @Nullable Norm query,
      @Nullable Norm key,
      @Nullable Norm value,
      @Nullable Norm attended,
      boolean rotatedFirst) {
    /** None at all. */
    public static final Norms NONE = new Norms(null, null, null, null, false);

    /** Over queries and keys. */
    public static Norms of(Norm query, Norm key) {
      return new Norms(query, key, null, null, false);
    }
  }

  /** Attention without norms, gates and temperature. */
  public Attention(AttentionShape shape, @Nullable RopeSpec rope, Matrices matrices) {
    this(shape, rope, matrices, false, Norms.NONE, null);
  }

  /** This attention with norms over queries and keys. */
  public Attention normed(Norm queries, Norm keys) {
    return normed(Norms.of(queries, keys));
  }

  /** This attention with other norms. */
  public Attention normed(Norms others) {
    return new Attention(shape, rope, matrices, gated, others, temperature);
  }

  /** This attention with queries that grow with their position. */
  public Attention tempered(@Nullable QueryTemperature growth) {
    return new Attention(shape, rope, matrices, gated, norms, growth);
  }

  @Override
  public KvShape cache() {
    return shape.cache();
  }

  @Override
  public Widths widths() {
    return new Widths(
        matrices.query.rows(),
        matrices.key.rows(),
        matrices.value.rows(),
        matrices.output.matrix().columns(),
        gated ? shape.heads() * shape.valueSize() : 0);
  }
}
