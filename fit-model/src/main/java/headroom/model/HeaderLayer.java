package headroom.model;

import headroom.gguf.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One layer as its keys and tensors describe it; where both speak, they must agree. */
final class HeaderLayer {
  /** Gated attention doubles the query matrix (qwen3next.cpp, qwen35.cpp). */
  private static final int MOST_QUERY_FACTOR = 2;

  private final ArchitectureKeys keys;
  private final int layer;
  private final int layers;
  private final Map<String, TensorInfo> tensors;

  /**
   * @param tensors those of this layer, by {@link TensorNames#stem}
   */
  HeaderLayer(ArchitectureKeys keys, int layer, int layers, Map<String, TensorInfo> tensors) {
    this.keys = keys;
    this.layer = layer;
    this.layers = layers;
    this.tensors = tensors;
  }

  AttentionSpec attention(OptionalInt window) {
    Optional<AttentionSpec.Recurrent> recurrent =
        new HeaderRecurrence(keys, layer, layers, tensors).recurrent();
    if (recurrent.isPresent() && !mixesTwice()) {
      return recurrent.get();
    }
    int heads = keys.getInt("attention.head_count", layer, layers);
    int kvHeads = keys.findInt("attention.head_count_kv", layer, layers).orElse(heads);
    if (kvHeads == 0) {
      return new AttentionSpec.None();
    }
    if (tensors.isEmpty()) {
      throw keys.fault(
          "found no tensors of layer %d; wanted those of all %d layers".formatted(layer, layers));
    }
    Optional<List<Long>> ratios = keys.findPerLayer("attention.compress_ratios", layers);
    if (ratios.isPresent()) {
      return compressed(heads, kvHeads, ratios.get().get(layer));
    }
    if (keys.findInt("attention.key_length_mla").orElse(0) > 0) {
      return window.isPresent() && keys.findInt("attention.kv_lora_rank_swa").isPresent()
          ? slidingLatent(heads, window.getAsInt())
          : latent(heads);
    }
    AttentionSpec.GroupedQuery grouped = grouped(heads, kvHeads, window.isPresent());
    return window.isPresent()
        ? new AttentionSpec.SlidingWindow(grouped, window.getAsInt())
        : grouped;
  }

  /** A recurrent mixer that works beside the attention; empty where the layer has one mixer. */
  Optional<AttentionSpec.Recurrent> beside() {
    return mixesTwice()
        ? new HeaderRecurrence(keys, layer, layers, tensors).recurrent()
        : Optional.empty();
  }

  /** Every layer of falcon-h1.cpp adds what attention and Mamba make of its input. */
  private boolean mixesTwice() {
    return keys.architecture().equals("falcon-h1")
        && tensors.keySet().stream().anyMatch(stem -> stem.startsWith("ssm_"));
  }

  /** Keys of a window and one for every few tokens, as llama-kv-cache-dsv4.cpp keeps them. */
  private AttentionSpec compressed(int heads, int kvHeads, long ratio) {
    if (ratio < 0 || ratio > Integer.MAX_VALUE) {
      throw keys.fault(
          "found key '%s' with %d for layer %d; wanted 0 or a number of tokens"
              .formatted(keys.key("attention.compress_ratios"), ratio, layer));
    }
    AttentionSpec.GroupedQuery keysOnly =
        new AttentionSpec.GroupedQuery(heads, kvHeads, headSize("key_length", false), 0);
    requireRows(
        "attn_kv",
        "%d key-value heads x key length %d".formatted(kvHeads, keysOnly.keySize()),
        (long) kvHeads * keysOnly.keySize());
    int window = keys.getInt("attention.sliding_window");
    if (ratio == 0) {
      return new AttentionSpec.SlidingWindow(keysOnly, window);
    }
    AttentionSpec.Compression plain = new AttentionSpec.Compression((int) ratio, Optional.empty());
    return new AttentionSpec.SlidingWindow(
        keysOnly,
        window,
        Optional.of(
            plain.overlaps() ? new AttentionSpec.Compression((int) ratio, indexer()) : plain));
  }

  /** Latents of a window, from which keys and values are read (dots3note.cpp). */
  private AttentionSpec slidingLatent(int heads, int window) {
    int latentSize = keys.getInt("attention.kv_lora_rank_swa");
    int ropeSize = keys.getInt("rope.dimension_count");
    requireRows(
        "attn_kv_a_mqa",
        "kv_lora_rank_swa %d + rope.dimension_count %d".formatted(latentSize, ropeSize),
        (long) latentSize + ropeSize);
    return new AttentionSpec.SlidingWindow(
        new AttentionSpec.GroupedQuery(heads, 1, latentSize + ropeSize, 0), window);
  }

  /** The indexer of this layer; layers that share the choice of another one keep no keys for it. */
  private Optional<AttentionSpec.Indexer> indexer() {
    boolean own =
        keys.findPerLayer("attention.indexer.types", layers)
            .map(types -> types.get(layer) != 0)
            .orElse(true);
    return own && keys.findInt("attention.indexer.head_count").isPresent()
        ? Optional.of(
            new AttentionSpec.Indexer(
                keys.getInt("attention.indexer.head_count"),
                keys.getInt("attention.indexer.key_length"),
                keys.getInt("attention.indexer.top_k")))
        : Optional.empty();
  }

  private AttentionSpec.GroupedQuery grouped(int heads, int kvHeads, boolean slides) {
    if (heads == 0 || heads % kvHeads != 0) {
      throw keys.fault(
          "found %d heads and %d key-value heads in layer %d; wanted a multiple of the latter"
              .formatted(heads, kvHeads, layer));
    }
    int keySize = headSize("key_length", slides);
    int valueSize = headSize("value_length", slides);
    long query = (long) heads * keySize;
    long key = (long) kvHeads * keySize;
    long value = (long) kvHeads * valueSize;
    TensorInfo q = tensors.get("attn_q");
    if (q != null && (q.rows() % query != 0 || q.rows() / query > MOST_QUERY_FACTOR)) {
      throw disagree(q, "%d heads x key length %d".formatted(heads, keySize), query);
    }
    requireRows("attn_k", "%d key-value heads x key length %d".formatted(kvHeads, keySize), key);
    requireRows(
        "attn_v", "%d key-value heads x value length %d".formatted(kvHeads, valueSize), value);
    requireRows(
        "attn_qkv",
        "%d + 2 x %d heads x key length %d".formatted(heads, kvHeads, keySize),
        query + key + value);
    return new AttentionSpec.GroupedQuery(heads, kvHeads, keySize, valueSize);
  }

  /** Sizes of MLA heads as deepseek2.cpp uses them: the cache holds latent and rotary key. */
  private AttentionSpec latent(int heads) {
    int latentSize = keys.getInt("attention.kv_lora_rank");
    int ropeSize = keys.getInt("rope.dimension_count");
    int keyLength = keys.getInt("attention.key_length_mla");
    if (keyLength < ropeSize) {
      throw keys.fault(
          "found key '%s' = %d below '%s' = %d; wanted at least that"
              .formatted(
                  keys.key("attention.key_length_mla"),
                  keyLength,
                  keys.key("rope.dimension_count"),
                  ropeSize));
    }
    requireRows(
        "attn_kv_a_mqa",
        "kv_lora_rank %d + rope.dimension_count %d".formatted(latentSize, ropeSize),
        (long) latentSize + ropeSize);
    return new AttentionSpec.LatentAttention(
        heads,
        latentSize,
        positive(keys.findInt("attention.q_lora_rank")),
        ropeSize,
        keyLength - ropeSize,
        keys.getInt("attention.value_length_mla"),
        indexer());
  }

  FeedForward feedForward() {
    if (tensors.containsKey("ffn_down.0")) {
      throw keys.fault(
          "found experts stored one by one ('blk.%d.ffn_down.0.weight'), as before April 2024;"
                  .formatted(layer)
              + " wanted them stacked ('ffn_down_exps'): convert the model anew");
    }
    TensorInfo down = tensors.get("ffn_down");
    TensorInfo experts = tensors.get("ffn_down_exps");
    if (experts != null) {
      return mixture(experts, down);
    }
    if (down != null) {
      TensorInfo up = tensors.get("ffn_up");
      // Phi 3, GLM 4 and kin keep gate and up in one matrix of twice the width.
      boolean fused = up != null && up.rows() == 2 * down.rowLength();
      return new FeedForward.Dense(
          size(down.rowLength(), down), fused || tensors.containsKey("ffn_gate"));
    }
    TensorInfo channelMix = tensors.get("channel_mix_key");
    return channelMix == null
        ? new FeedForward.None()
        : new FeedForward.Dense(size(channelMix.rows(), channelMix), false);
  }

  /** Where a layer has experts and a dense network, every token passes both (arctic.cpp). */
  private FeedForward mixture(TensorInfo experts, @Nullable TensorInfo dense) {
    int count = keys.getInt("expert_count");
    long stacked = experts.shape().size() < 3 ? 1 : experts.shape().get(2);
    if (stacked != count) {
      throw keys.fault(
          "found key '%s' = %d but %d experts in '%s'; wanted them equal"
              .formatted(keys.key("expert_count"), count, stacked, experts.name()));
    }
    int active = keys.getInt("expert_used_count", layer, layers);
    if (active < 1 || active > count) {
      throw keys.fault(
          "found key '%s' = %d; wanted 1 to expert_count %d"
              .formatted(keys.key("expert_used_count"), active, count));
    }
    TensorInfo shared = tensors.getOrDefault("ffn_down_shexp", dense);
    return new FeedForward.MixtureOfExperts(
        count,
        active,
        size(experts.rowLength(), experts),
        shared == null ? OptionalInt.empty() : OptionalInt.of(size(shared.rowLength(), shared)),
        tensors.containsKey("ffn_gate_exps") || tensors.containsKey("ffn_gate_up_exps"));
  }

  private int headSize(String name, boolean slides) {
    OptionalInt sliding = slides ? keys.findInt("attention." + name + "_swa") : OptionalInt.empty();
    OptionalInt stated = keys.findInt("attention." + name);
    int size =
        sliding.isPresent()
            ? sliding.getAsInt()
            : stated.isPresent()
                ? stated.getAsInt()
                // llama-model.cpp divides by the heads of layer 0, whatever the layer.
                : keys.getInt("embedding_length")
                    / Math.max(1, keys.getInt("attention.head_count", 0, layers));
    if (size < 1) {
      throw keys.fault(
          "found a head size of %d by '%s'; wanted at least 1"
              .formatted(size, keys.key("attention." + name)));
    }
    return size;
  }

  private void requireRows(String stem, String what, long rows) {
    TensorInfo tensor = tensors.get(stem);
    if (tensor != null && tensor.rows() != rows) {
      throw disagree(tensor, what, rows);
    }
  }

  private RuntimeException disagree(TensorInfo tensor, String what, long rows) {
    return keys.fault(
        "found keys that give %s = %d but '%s' with %d rows; wanted them to agree"
            .formatted(what, rows, tensor.name(), tensor.rows()));
  }

  private int size(long size, TensorInfo tensor) {
    if (size > Integer.MAX_VALUE) {
      throw keys.fault(
          "found a width of %d in '%s'; wanted less than 2^31".formatted(size, tensor.name()));
    }
    return (int) size;
  }

  private static OptionalInt positive(OptionalInt value) {
    return value.orElse(0) > 0 ? value : OptionalInt.empty();
  }
}
