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
 * @param query [heads * keySize, embedding]; where {@code gated}, each head's gate [keySize] behind
 *     its query
 * @param gated true where what is attended to is multiplied by the sigmoid of that gate (Qwen 3
 *     Next; arXiv 2505.06708)
 * @param key [kvHeads * keySize, embedding]
 * @param value [kvHeads * valueSize, embedding]
 * @param queryNorm before rotation unless {@code rotatedFirst}, over each head (Qwen 3) or over all
 *     heads together (OLMo 2), as its size says
 * @param keyNorm likewise
 * @param valueNorm over each head's value (Gemma 4)
 * @param rotatedFirst true where queries and keys are normed after their rotation (Hunyuan)
 * @param temperature what late queries are multiplied by
 * @param output [embedding, heads * valueSize]
 */
public record Attention(
    AttentionShape shape,
    @Nullable RopeSpec rope,
    Projection query,
    boolean gated,
    Projection key,
    Projection value,
    @Nullable Norm queryNorm,
    @Nullable Norm keyNorm,
    @Nullable Norm valueNorm,
    boolean rotatedFirst,
    @Nullable QueryTemperature temperature,
    Projection output)
    implements TokenMixer {

  /** This attention with norms over queries and keys. */
  public Attention normed(Norm queries, Norm keys) {
    return normed(queries, keys, valueNorm, rotatedFirst);
  }

  /** This attention with norms over what was rotated. */
  public Attention normedAfterRotation(Norm queries, Norm keys) {
    return normed(queries, keys, valueNorm, true);
  }

  /** This attention with norms over queries, keys and values. */
  public Attention normed(Norm queries, Norm keys, Norm values) {
    return normed(queries, keys, values, rotatedFirst);
  }

  private Attention normed(Norm queries, Norm keys, @Nullable Norm values, boolean after) {
    return new Attention(
        shape, rope, query, gated, key, value, queries, keys, values, after, temperature, output);
  }

  /** This attention with queries that grow with their position. */
  public Attention tempered(@Nullable QueryTemperature growth) {
    return new Attention(
        shape,
        rope,
        query,
        gated,
        key,
        value,
        queryNorm,
        keyNorm,
        valueNorm,
        rotatedFirst,
        growth,
        output);
  }

  @Override
  public KvShape cache() {
    return shape.cache();
  }

  @Override
  public Widths widths() {
    return new Widths(
        query.rows(),
        key.rows(),
        value.rows(),
        output.matrix().columns(),
        gated ? shape.heads() * shape.valueSize() : 0);
  }
}
