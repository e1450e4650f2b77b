package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Linear;
import headroom.inference.kvcache.CacheShape;
import headroom.inference.kvcache.KvShape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1) with the up-projections
 * absorbed: the cache holds one latent and one rotary key per token, queries are brought to the
 * latent's space, and values are read from it.
 *
 * @param shape all heads over one key of latent and rotary part; the value is the latent
 * @param rope rotates the last {@code rope.dimensions()} elements of queries and keys
 * @param queryCompression before {@code query}; null where queries are not compressed
 * @param query [heads * (plainSize + rotary size), embedding or compressed]
 * @param latent [latent + rotary size, embedding]
 * @param latentNorm over the latent
 * @param keyUp per head [latent, plainSize]
 * @param valueUp per head [value size, latent]
 * @param temperature what late queries are multiplied by, where there is one
 * @param output [embedding, heads * value size]
 * @param selection which tokens are attended to; null where all are
 */
public record LatentAttention(
    AttentionShape shape,
    RopeSpec rope,
    @Nullable QueryCompression queryCompression,
    Projection query,
    Projection latent,
    RmsNorm latentNorm,
    List<Linear> keyUp,
    List<Linear> valueUp,
    @Nullable QueryTemperature temperature,
    Projection output,
    @Nullable TokenSelection selection)
    implements TokenMixer {
  public LatentAttention {
    keyUp = List.copyOf(keyUp);
    valueUp = List.copyOf(valueUp);
  }

  /**
   * @param down [compressed, embedding]
   * @param norm over the compressed query
   */
  public record QueryCompression(Projection down, RmsNorm norm) {}

  /** Elements of the latent. */
  int latentSize() {
    return latentNorm.size();
  }

  /** Elements of a query that are not rotated. */
  int plainSize() {
    return keyUp.getFirst().columns();
  }

  /** Elements of one head's value after its up-projection. */
  int headValueSize() {
    return valueUp.getFirst().rows();
  }

  @Override
  public CacheShape cache() {
    KvShape latents = new KvShape(1, shape.keySize(), shape.valueSize(), true, shape.window());
    return indexer().isPresent()
        ? new CacheShape.Indexed(latents, indexer().get().keySize())
        : latents;
  }

  /** What chooses tokens in this layer; empty where all are taken, or those of a layer before. */
  Optional<TokenSelection.Indexer> indexer() {
    return Optional.ofNullable(selection).flatMap(TokenSelection::indexer);
  }

  @Override
  public Widths widths() {
    return new Widths(
        shape.heads() * shape.keySize(),
        shape.keySize(),
        0,
        Math.max(shape.heads() * shape.valueSize(), output.matrix().columns()),
        0);
  }
}
