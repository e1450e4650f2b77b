package headroom.web.models;

import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.units.Bytes;
import headroom.web.support.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the layers of a model keep per token in a 16-bit cache.
 *
 * @param growing per token of context, over all layers that keep every token
 * @param windowed over all sliding-window layers once their window is full
 * @param state over all recurrent layers, per sequence, in F32
 * @param layers kinds of layers in words, each with its count
 */
record CacheShape(Bytes growing, Bytes windowed, Bytes state, List<String> layers) {
  private static final int F16_BYTES = 2;
  private static final int F32_BYTES = 4;

  static CacheShape of(ModelSpec model) {
    long growing = 0;
    long windowed = 0;
    long state = 0;
    Map<String, Integer> kinds = new LinkedHashMap<>();
    for (LayerSpec layer : model.layers()) {
      String reuse = layer.ownsCache() ? "" : ", reading an earlier layer's cache";
      kinds.merge(words(layer.attention()) + reuse, 1, Integer::sum);
      if (layer.ownsCache()) {
        switch (layer.attention()) {
          case GroupedQuery full -> growing += elements(full);
          case AttentionSpec.SlidingWindow local -> {
            windowed += elements(local.heads()) * local.window();
            growing +=
                local.compression().map(entries -> perToken(local.heads(), entries)).orElse(0L);
          }
          case AttentionSpec.LatentAttention latent ->
              growing +=
                  latent.latentSize()
                      + latent.ropeSize()
                      + latent.indexer().map(AttentionSpec.Indexer::headSize).orElse(0);
          case AttentionSpec.Recurrent recurrent ->
              state += recurrent.convolutionElements() + recurrent.stateElements();
          case AttentionSpec.None none -> {}
        }
        state +=
            layer
                .beside()
                .map(mixer -> mixer.convolutionElements() + mixer.stateElements())
                .orElse(0L);
      }
    }
    List<String> layers = new ArrayList<>();
    kinds.forEach((words, count) -> layers.add(count + " × " + words));
    return new CacheShape(
        Bytes.of(growing * F16_BYTES),
        Bytes.of(windowed * F16_BYTES),
        Bytes.of(state * F32_BYTES),
        layers);
  }

  /** In one sentence, naming only the parts that there are. */
  public String summary() {
    List<String> parts = new ArrayList<>();
    if (growing.value() > 0) {
      parts.add(growing + " per token");
    }
    if (windowed.value() > 0) {
      parts.add(windowed + " for the full windows");
    }
    if (state.value() > 0) {
      parts.add(state + " of state per sequence, whatever the context");
    }
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }

  private static long elements(GroupedQuery attention) {
    return (long) attention.kvHeads() * (attention.keySize() + attention.valueSize());
  }

  /** Elements of the entries of several tokens, rounded up for one of them. */
  private static long perToken(GroupedQuery keys, AttentionSpec.Compression entries) {
    long entry = elements(keys) + entries.indexer().map(AttentionSpec.Indexer::headSize).orElse(0);
    return Math.ceilDiv(entry, (long) entries.ratio());
  }

  private static String words(AttentionSpec attention) {
    return switch (attention) {
      case GroupedQuery full -> "full attention, " + heads(full);
      case AttentionSpec.SlidingWindow local ->
          "sliding window of "
              + Figures.plain(local.window())
              + " tokens, "
              + heads(local.heads())
              + local
                  .compression()
                  .map(
                      entries -> ", one entry for each %d tokens before".formatted(entries.ratio()))
                  .orElse("");
      case AttentionSpec.LatentAttention latent ->
          "latent attention, %d heads over a latent of %d and a rotary key of %d%s"
              .formatted(
                  latent.heads(),
                  latent.latentSize(),
                  latent.ropeSize(),
                  latent.indexer().map(i -> ", indexer keeping " + i.topK()).orElse(""));
      case AttentionSpec.Recurrent recurrent -> "recurrent mixer (" + recurrent.kind() + ")";
      case AttentionSpec.None none -> "no token mixer";
    };
  }

  private static String heads(GroupedQuery attention) {
    return "%d heads sharing %d key-value heads of %d"
        .formatted(attention.heads(), attention.kvHeads(), attention.keySize());
  }
}
