package headroom.accuracy;

import headroom.measure.CaseRow;
import headroom.model.AttentionSpec;
import headroom.model.ModelSpec;
import java.util.function.UnaryOperator;

/** What llama.cpp kept in its cache before it knew latents. */
final class CacheBehaviour {
  private CacheBehaviour() {}

  /**
   * The model as the case's build of llama.cpp caches it: latents as whole keys and values where
   * values are stored at all.
   */
  static ModelSpec of(CaseRow row, ModelSpec model) {
    ModelSpec kept = model;
    if (row.text("kv_type_v").filter(type -> !type.equals("none")).isPresent()) {
      kept = replaced(kept, CacheBehaviour::unfolded);
    }
    return kept;
  }

  private static AttentionSpec unfolded(AttentionSpec attention) {
    return attention instanceof AttentionSpec.LatentAttention latent
        ? new AttentionSpec.GroupedQuery(
            latent.heads(),
            latent.heads(),
            latent.keySize() + latent.ropeSize(),
            latent.valueSize())
        : attention;
  }

  private static ModelSpec replaced(ModelSpec model, UnaryOperator<AttentionSpec> change) {
    return model.withLayers(
        model.layers().stream()
            .map(layer -> layer.withAttention(change.apply(layer.attention())))
            .toList());
  }
}
