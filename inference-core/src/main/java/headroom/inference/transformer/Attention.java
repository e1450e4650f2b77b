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
 * @param query [heads * keySize, embedding]
 * @param key [kvHeads * keySize, embedding]
 * @param value [kvHeads * valueSize, embedding]
 * @param queryNorm before rotation, over each head (Qwen 3) or over all heads together (OLMo 2), as
 *     its size says
 * @param keyNorm likewise
 * @param temperature what late queries are multiplied by
 * @param output [embedding, heads * valueSize]
 */
public record Attention(
    AttentionShape shape,
    @Nullable RopeSpec rope,
    Projection query,
    Projection key,
    Projection value,
    @Nullable RmsNorm queryNorm,
    @Nullable RmsNorm keyNorm,
    @Nullable QueryTemperature temperature,
    Projection output)
    implements TokenMixer {

  /** This attention with norms over queries and keys. */
  public Attention normed(RmsNorm queries, RmsNorm keys) {
    return new Attention(shape, rope, query, key, value, queries, keys, temperature, output);
  }

  /** This attention with queries that grow with their position. */
  public Attention tempered(@Nullable QueryTemperature growth) {
    return new Attention(shape, rope, query, key, value, queryNorm, keyNorm, growth, output);
  }

  @Override
  public KvShape cache() {
    return shape.cache();
  }

  @Override
  public Widths widths() {
    return new Widths(query.rows(), key.rows(), value.rows(), output.matrix().columns());
  }
}
