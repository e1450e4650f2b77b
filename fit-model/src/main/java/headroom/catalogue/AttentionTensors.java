package headroom.catalogue;

import headroom.model.AttentionSpec;

/** The weights of one attention layer. */
final class AttentionTensors {
  private final CatalogueModel model;
  private final ArchitectureTraits traits;
  private final int width;

  AttentionTensors(CatalogueModel model, ArchitectureTraits traits) {
    this.model = model;
    this.traits = traits;
    this.width = model.architecture().embeddingSize();
  }

  void add(
      TensorList list,
      Shape.Attention facts,
      AttentionSpec attention,
      boolean global,
      boolean ownsCache) {
    switch (attention) {
      case AttentionSpec.GroupedQuery grouped -> grouped(list, facts, grouped, global, ownsCache);
      case AttentionSpec.SlidingWindow local ->
          grouped(list, facts, local.heads(), global, ownsCache);
      case AttentionSpec.LatentAttention latent -> latent(list, latent);
      case AttentionSpec.Recurrent recurrent ->
          throw new IllegalArgumentException(recurrent.kind() + " is no attention");
      case AttentionSpec.None none ->
          throw new IllegalArgumentException("a layer without mixer has no attention");
    }
  }

  private void grouped(
      TensorList list,
      Shape.Attention facts,
      AttentionSpec.GroupedQuery attention,
      boolean global,
      boolean ownsCache) {
    String gguf = model.architecture().gguf();
    boolean gemma4 = gguf.equals("gemma4");
    long queries = (long) attention.heads() * attention.keySize();
    long keys = (long) attention.kvHeads() * attention.keySize();
    long values = (long) attention.kvHeads() * attention.valueSize();
    // Gemma 4 stores no keys for layers that read earlier ones, and global layers of its larger
    // models use the keys as values (attention_k_eq_v).
    boolean hasKeys = !gemma4 || ownsCache;
    boolean hasValues = hasKeys && !(global && keysAreValues());
    if (traits.fusedQkv()) {
      list.matrix("attn_qkv", width, queries + keys + values);
    } else {
      list.matrix("attn_q", width, traits.queryGate() ? 2 * queries : queries);
      if (hasKeys) {
        list.matrix("attn_k", width, keys);
      }
      if (hasValues) {
        list.matrix("attn_v", width, values);
      }
    }
    list.matrix("attn_output", (long) attention.heads() * attention.valueSize(), width);
    if (traits.biases() || facts.biases().orElse(false)) {
      list.bias("attn_q", queries).bias("attn_k", keys).bias("attn_v", values);
    }
    if (traits.outputBiases()) {
      list.bias("attn_output", width);
    }
    if (gguf.equals("gpt-oss")) {
      list.vector("attn_sinks", attention.heads());
    }
    if (gguf.equals("bitnet")) {
      list.vector("attn_sub_norm", (long) attention.heads() * attention.valueSize());
    }
    // Gemma 3n and 4 norm queries and keys head by head though their configurations do not say so.
    boolean perHead =
        gemma4
            || gguf.equals("gemma3n")
            || facts.queryKeyNorm().filter("per-head"::equals).isPresent();
    if (perHead) {
      list.vector("attn_q_norm", attention.keySize());
      if (hasKeys) {
        list.vector("attn_k_norm", attention.keySize());
      }
    } else if (facts.queryKeyNorm().isPresent()) {
      list.vector("attn_q_norm", queries).vector("attn_k_norm", keys);
    }
  }

  private boolean keysAreValues() {
    return model.cache().flatMap(Shape.Cache::note).filter(n -> n.startsWith("K=V")).isPresent();
  }

  private void latent(TensorList list, AttentionSpec.LatentAttention attention) {
    long heads = attention.heads();
    long latent = attention.latentSize();
    long queries = heads * (attention.keySize() + attention.ropeSize());
    if (attention.queryLatentSize().isPresent()) {
      long rank = attention.queryLatentSize().getAsInt();
      list.matrix("attn_q_a", width, rank)
          .vector("attn_q_a_norm", rank)
          .matrix("attn_q_b", rank, queries);
    } else {
      list.matrix("attn_q", width, queries);
    }
    list.matrix("attn_kv_a_mqa", width, latent + attention.ropeSize())
        .vector("attn_kv_a_norm", latent)
        .matrix("attn_k_b", attention.keySize(), latent * heads)
        .matrix("attn_v_b", latent, attention.valueSize() * heads)
        .matrix("attn_output", heads * attention.valueSize(), width);
    attention
        .indexer()
        .ifPresent(
            indexer -> {
              long rank = attention.queryLatentSize().orElse(width);
              list.matrix("indexer.attn_q_b", rank, (long) indexer.heads() * indexer.headSize())
                  .matrix("indexer.attn_k", width, indexer.headSize())
                  .vector("indexer.k_norm", indexer.headSize())
                  .bias("indexer.k_norm", indexer.headSize())
                  .matrix("indexer.proj", width, indexer.heads());
            });
  }
}
