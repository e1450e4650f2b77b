package headroom.accuracy;

import headroom.measure.CaseRow;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What engines kept in their caches before they knew windows and latents. */
final class CacheBehaviour {
  private CacheBehaviour() {}

  /**
   * The model as the case's engine caches it: windows as full attention where the log says that the
   * engine had no window cache (llama.cpp before May 2025) or was told not to use it, and latents
   * as whole keys and values where values are stored at all.
   */
  static ModelSpec of(CaseRow row, ModelSpec model) {
    String told =
        (row.text("engine").orElse("") + " " + row.text("notes").orElse(""))
            .toLowerCase(Locale.ROOT);
    ModelSpec kept = model;
    if (told.contains("no swa cache")
        || told.contains("before swa cache")
        || told.contains("swa-full")) {
      kept =
          replaced(
              kept,
              attention ->
                  attention instanceof AttentionSpec.SlidingWindow sliding
                      ? sliding.heads()
                      : attention);
    }
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
    return new ModelSpec(
        model.id(),
        model.name(),
        model.architecture(),
        model.embeddingSize(),
        model.vocabularySize(),
        model.tiedEmbeddings(),
        model.layers().stream()
            .map(
                layer ->
                    new LayerSpec(
                        change.apply(layer.attention()), layer.feedForward(), layer.ownsCache()))
            .toList(),
        model.tensors(),
        model.maxContext());
  }
}
