package headroom.inference.synthesis;

import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys that say how a model's layers attend, their architecture's prefix left out. */
final class AttentionKeys {
  private final ModelSpec model;
  private final SyntheticArchitecture architecture;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  private AttentionKeys(ModelSpec model, SyntheticArchitecture architecture) {
    this.model = model;
    this.architecture = architecture;
  }

  /**
   * @throws SynthesisException where layers differ in more than their windows, or are no attention
   */
  static Map<String, Object> of(ModelSpec model, SyntheticArchitecture architecture) {
    return new AttentionKeys(model, architecture).write();
  }

  private Map<String, Object> write() {
    List<AttentionSpec> kinds =
        model.layers().stream()
            .map(LayerSpec::attention)
            .map(a -> a instanceof AttentionSpec.SlidingWindow window ? window.heads() : a)
            .filter(AttentionKeys::attends)
            .distinct()
            .toList();
    List<String> others =
        model.layers().stream()
            .map(LayerSpec::attention)
            .filter(attention -> !attends(attention))
            .map(attention -> attention.getClass().getSimpleName())
            .distinct()
            .toList();
    if (!others.isEmpty() && !architecture.isHybrid()) {
      throw refused(
          "%s attention in a %s model; wanted grouped queries"
              .formatted(others.getFirst(), architecture.id()));
    }
    if (kinds.size() != 1) {
      throw refused("%d kinds of attention; wanted one kind".formatted(kinds.size()));
    }
    switch (kinds.getFirst()) {
      case AttentionSpec.GroupedQuery grouped -> grouped(grouped);
      case AttentionSpec.LatentAttention latent
          when architecture.isLatent()
              && latent.indexer().isPresent()
                  == (architecture != SyntheticArchitecture.DEEPSEEK2) ->
          latent(latent);
      case AttentionSpec other ->
          throw refused(
              "%s attention in a %s model; wanted grouped queries"
                  .formatted(other.getClass().getSimpleName(), architecture.id()));
    }
    return keys;
  }

  private void grouped(AttentionSpec.GroupedQuery grouped) {
    keys.put("attention.head_count", grouped.heads());
    keys.put("attention.head_count_kv", keyValueHeads(grouped.kvHeads()));
    keys.put("attention.key_length", grouped.keySize());
    keys.put("attention.value_length", grouped.valueSize());
    keys.put("rope.dimension_count", grouped.keySize() / architecture.rotatedShare());
    if (listsRecurrentLayers()) {
      keys.put(
          "attention.recurrent_layers",
          model.layers().stream().map(layer -> !attends(layer.attention())).toList());
    }
    if (architecture.slides()) {
      windows();
    }
    long readers = model.layers().stream().filter(layer -> !layer.ownsCache()).count();
    if (readers > 0) {
      keys.put("attention.shared_kv_layers", (int) readers);
    }
  }

  private static boolean attends(AttentionSpec attention) {
    return !(attention instanceof AttentionSpec.Recurrent
        || attention instanceof AttentionSpec.None);
  }

  /** One number for all layers; a list where some keep a state instead, or mix nothing. */
  private Object keyValueHeads(int heads) {
    List<Integer> each =
        model.layers().stream().map(layer -> attends(layer.attention()) ? heads : 0).toList();
    return each.contains(0) && !listsRecurrentLayers() ? each : heads;
  }

  /** Qwen says by an interval, or by a list of flags, which layers attend. */
  private boolean listsRecurrentLayers() {
    return switch (architecture) {
      case QWEN3NEXT, QWEN35, QWEN35MOE -> true;
      default -> false;
    };
  }

  private void windows() {
    List<Integer> sizes =
        model.layers().stream()
            .map(LayerSpec::attention)
            .filter(AttentionSpec.SlidingWindow.class::isInstance)
            .map(a -> ((AttentionSpec.SlidingWindow) a).window())
            .distinct()
            .toList();
    if (sizes.isEmpty()) {
      return;
    }
    int period = architecture.windowPeriod();
    for (int i = 0; i < model.layers().size(); i++) {
      boolean slides = model.layers().get(i).attention() instanceof AttentionSpec.SlidingWindow;
      if (sizes.size() > 1 || slides != (i % period < period - 1)) {
        throw refused(
            "windows of %s tokens, in layer %d %s; wanted one window in all but each %d-th layer"
                .formatted(sizes, i, slides ? "too" : "none", period));
      }
    }
    keys.put("attention.sliding_window", sizes.getFirst());
  }

  /** As convert_hf_to_gguf writes them: the cache holds one head of latent and rotary key. */
  private void latent(AttentionSpec.LatentAttention latent) {
    keys.put("attention.head_count", latent.heads());
    keys.put("attention.head_count_kv", 1);
    keys.put("attention.key_length", latent.latentSize() + latent.ropeSize());
    keys.put("attention.value_length", latent.latentSize());
    keys.put("attention.key_length_mla", latent.keySize() + latent.ropeSize());
    keys.put("attention.value_length_mla", latent.valueSize());
    keys.put("attention.kv_lora_rank", latent.latentSize());
    latent.queryLatentSize().ifPresent(rank -> keys.put("attention.q_lora_rank", rank));
    keys.put("rope.dimension_count", latent.ropeSize());
    latent.indexer().ifPresent(this::indexer);
  }

  private void indexer(AttentionSpec.Indexer indexer) {
    keys.put("attention.indexer.head_count", indexer.heads());
    keys.put("attention.indexer.key_length", indexer.headSize());
    keys.put("attention.indexer.top_k", indexer.topK());
    // Else readers take long contexts for GLM-5.2, most of whose layers have none.
    keys.put("attention.indexer.types", model.layers().stream().map(layer -> 1).toList());
  }

  private SynthesisException refused(String found) {
    return new SynthesisException(model.id(), found);
  }
}
