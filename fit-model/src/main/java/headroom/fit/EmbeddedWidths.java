package headroom.fit;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import java.util.HashMap;
import java.util.Map;

/** The widest of each array over all layers; those of latents and experts are apart. */
final class EmbeddedWidths {
  private final Map<String, TensorFacts> matrices = new HashMap<>();
  private long query;
  private long key;
  private long value;
  private long attended;
  private long gate;
  private long perLayer; // of the table of per-layer embeddings
  private long perLayerOf; // of one layer
  private long feedForward;
  private long compressed;
  private long plain;
  private long headValues;
  private long headIn;
  private long headOut;
  private long indexer;
  private long streams; // of the residual, where there are several (Gemma 3n)
  private long laurel;
  private long routed;
  private boolean beside; // experts work beside a dense network, each normed (Gemma 4)
  private long chosen;

  private EmbeddedWidths(ModelSpec model) {
    model.tensors().forEach(tensor -> matrices.put(tensor.name(), tensor));
  }

  static EmbeddedWidths of(ModelSpec model) {
    EmbeddedWidths widest = new EmbeddedWidths(model);
    TensorFacts table = widest.matrices.get("per_layer_token_embd.weight");
    if (table != null) {
      widest.perLayer = table.rowLength();
      widest.perLayerOf = table.rowLength() / model.layers().size();
    }
    widest.beside =
        widest.matrices.keySet().stream().anyMatch(name -> name.endsWith(".pre_ffw_norm_2.weight"));
    TensorFacts spread = widest.matrices.get("altup_proj.weight");
    widest.streams = spread == null ? 0 : spread.rows() / spread.rowLength() + 1;
    for (int i = 0; i < model.layers().size(); i++) {
      LayerSpec layer = model.layers().get(i);
      widest.laurel = Math.max(widest.laurel, widest.rows(i, "laurel_l"));
      switch (layer.attention()) {
        case AttentionSpec.GroupedQuery full -> widest.add(full, i);
        case AttentionSpec.SlidingWindow sliding -> widest.add(sliding.heads(), i);
        case AttentionSpec.LatentAttention latent -> widest.add(latent);
        case AttentionSpec.Recurrent state -> widest.addRecurrent(i);
        case AttentionSpec.None none -> {
          // Mixes nothing.
        }
      }
      switch (layer.feedForward()) {
        case FeedForward.Dense dense ->
            widest.feedForward = Math.max(widest.feedForward, dense.size());
        case FeedForward.MixtureOfExperts experts -> widest.add(experts);
        case FeedForward.None none -> {
          // Nothing between matrices.
        }
      }
    }
    return widest;
  }

  private void add(AttentionSpec.GroupedQuery heads, int layer) {
    long queries = (long) heads.heads() * heads.keySize();
    long rows = rows(layer, "attn_q"); // twice as many where a gate comes with each query
    query = Math.max(query, Math.max(queries, rows));
    gate = Math.max(gate, rows > queries ? queries : 0);
    key = Math.max(key, (long) heads.kvHeads() * heads.keySize());
    value = Math.max(value, (long) heads.kvHeads() * heads.valueSize());
    attended = Math.max(attended, (long) heads.heads() * heads.valueSize());
  }

  /** What a recurrent mixer's matrices make of a token, and what its output matrix takes. */
  private void addRecurrent(int layer) {
    query =
        Math.max(
            query,
            rows(layer, "attn_qkv") + rows(layer, "ssm_in") + rows(layer, "shortconv.in_proj"));
    long rates = rows(layer, "ssm_ba") / 2;
    key = Math.max(key, rows(layer, "ssm_beta") + rates + rows(layer, "ssm_x"));
    value = Math.max(value, rows(layer, "ssm_alpha") + rates + columns(layer, "ssm_dt"));
    gate = Math.max(gate, rows(layer, "attn_gate") + rows(layer, "ssm_dt"));
    attended = Math.max(attended, columns(layer, "ssm_out") + columns(layer, "shortconv.out_proj"));
  }

  private long rows(int layer, String stem) {
    TensorFacts matrix = matrices.get("blk.%d.%s.weight".formatted(layer, stem));
    return matrix == null ? 0 : matrix.rows();
  }

  private long columns(int layer, String stem) {
    TensorFacts matrix = matrices.get("blk.%d.%s.weight".formatted(layer, stem));
    return matrix == null ? 0 : matrix.rowLength();
  }

  private void add(AttentionSpec.LatentAttention latent) {
    long heads = latent.heads();
    long stored = (long) latent.latentSize() + latent.ropeSize();
    query = Math.max(query, heads * stored);
    key = Math.max(key, stored);
    attended = Math.max(attended, heads * Math.max(latent.latentSize(), latent.valueSize()));
    compressed = Math.max(compressed, latent.queryLatentSize().orElse(0));
    plain = Math.max(plain, heads * (latent.keySize() + latent.ropeSize()));
    headValues = Math.max(headValues, heads * latent.valueSize());
    headIn = Math.max(headIn, Math.max(latent.keySize(), latent.latentSize()));
    headOut = Math.max(headOut, Math.max(latent.latentSize(), latent.valueSize()));
    latent
        .indexer()
        .ifPresent(i -> indexer = Math.max(indexer, (i.heads() + 1L) * i.headSize() + i.heads()));
  }

  private void add(FeedForward.MixtureOfExperts experts) {
    long shared = experts.sharedSize().orElse(0);
    feedForward = Math.max(feedForward, Math.max(experts.expertSize(), shared));
    routed = Math.max(routed, experts.experts());
    chosen = Math.max(chosen, experts.expertsActive());
  }

  private long streams(long embedding) {
    return streams * embedding + laurel;
  }

  private long latents() {
    return compressed + plain + headValues + headIn + headOut + indexer;
  }

  /** Scores of all experts, who was chosen and how much, a weight and a place for each token. */
  private long routing(long embedding) {
    return routed == 0 ? 0 : embedding + routed + 2 * chosen + 2 + (beside ? embedding : 0);
  }

  /**
   * Elements of all arrays.
   *
   * @param lastTokens whose embeddings are taken together for logits
   */
  long elements(long tokens, long embedding, long lastTokens) {
    return tokens * sum(embedding) + lastTokens * embedding + perLayer;
  }

  private long sum(long embedding) {
    return 3 * embedding
        + query
        + key
        + value
        + attended
        + gate
        + perLayer
        + perLayerOf
        + streams(embedding)
        + 2 * feedForward
        + latents()
        + routing(embedding);
  }

  String formula(long tokens, long embedding, long lastTokens) {
    return ("4 B × (%d tokens × (3 × %d embedding + %d query + %d key + %d value + %d attended + %d"
            + " gate + %d per layer + %d streams + 2 × %d feed-forward + %d latents + %d experts) + %d × %d"
            + " + %d)")
        .formatted(
            tokens,
            embedding,
            query,
            key,
            value,
            attended,
            gate,
            perLayer + perLayerOf,
            streams(embedding),
            feedForward,
            latents(),
            routing(embedding),
            lastTokens,
            embedding,
            perLayer);
  }
}
