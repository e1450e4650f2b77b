package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kvcache.CacheShape;
import org.jspecify.annotations.Nullable;

/**
 * Attention to the keys and values of an earlier layer (Gemma 3n and 4, after arXiv 2405.05254).
 *
 * @param shape heads, sizes, window: those of the lender
 * @param rope how queries are rotated
 * @param query [heads * keySize, embedding]
 * @param queryNorm over each head, before rotation; null where there is none
 * @param output [embedding, heads * valueSize]
 * @param lender whose keys and values are read
 */
public record BorrowedAttention(
    AttentionShape shape,
    RopeSpec rope,
    Projection query,
    @Nullable Norm queryNorm,
    Projection output,
    int lender)
    implements TokenMixer {
  @Override
  public CacheShape cache() {
    return new CacheShape.OfLayer(lender);
  }

  @Override
  public Widths widths() {
    return new Widths(query.rows(), 0, 0, output.matrix().columns(), 0);
  }
}
