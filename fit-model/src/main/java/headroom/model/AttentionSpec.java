package headroom.model;

/**
 * How one layer mixes tokens, as far as its weights and its cache care. A field exists only where
 * it means something.
 */
public sealed interface AttentionSpec {

  /**
   * Full causal attention with {@code kvHeads} shared by {@code heads} (Ainslie et al. 2023, arXiv
   * 2305.13245).
   *
   * @param heads query heads
   * @param kvHeads key-value heads
   * @param keySize elements of one key head
   * @param valueSize elements of one value head
   */
  record GroupedQuery(int heads, int kvHeads, int keySize, int valueSize)
      implements AttentionSpec {}

  /**
   * Attention to the last {@code window} tokens only (Beltagy et al. 2020, arXiv 2004.05150).
   *
   * @param heads as in {@link GroupedQuery}; a value size of 0 says that values are read from keys
   * @param window tokens that a query sees, itself included
   * @param compression what is kept of tokens before the window, where anything is
   */
  record SlidingWindow(GroupedQuery heads, int window, java.util.Optional<Compression> compression)
      implements AttentionSpec {
    /** Tokens before the window are forgotten. */
    public SlidingWindow(GroupedQuery heads, int window) {
      this(heads, window, java.util.Optional.empty());
    }
  }

  /**
   * One entry, key and value at once, for several tokens (DeepSeek-V4).
   *
   * @param ratio tokens that share an entry
   * @param indexer that picks entries, where there is one
   */
  record Compression(int ratio, java.util.Optional<Indexer> indexer) {
    /** {@code DSV4_CSA_RATIO} of llama.cpp: only entries of 4 tokens overlap. */
    private static final int OVERLAPPING = 4;

    /** True where each token is part of two entries. */
    public boolean overlaps() {
      return ratio == OVERLAPPING;
    }
  }

  /**
   * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): the cache holds one latent and one
   * rotary key per token, whatever the number of heads.
   *
   * @param heads query heads
   * @param latentSize elements of the compressed key-value latent ({@code kv_lora_rank})
   * @param queryLatentSize elements of the compressed query ({@code q_lora_rank}), 0 heads of it
   *     where queries are not compressed: then {@link java.util.OptionalInt#empty()}
   * @param ropeSize elements of the shared rotary key
   * @param keySize elements of one head's key without the rotary part
   * @param valueSize elements of one head's value
   * @param indexer the sparse-attention indexer, where there is one
   */
  record LatentAttention(
      int heads,
      int latentSize,
      java.util.OptionalInt queryLatentSize,
      int ropeSize,
      int keySize,
      int valueSize,
      java.util.Optional<Indexer> indexer)
      implements AttentionSpec {}

  /**
   * A state of fixed size instead of a cache that grows: Mamba, linear attention, RWKV, short
   * convolutions.
   *
   * @param kind which family of recurrence it is
   * @param convolutionElements elements of the convolution state per sequence, kept in F32
   * @param stateElements elements of the recurrent state per sequence, kept in F32
   * @param weightElements elements of this mixer's weight matrices and vectors
   */
  record Recurrent(String kind, long convolutionElements, long stateElements, long weightElements)
      implements AttentionSpec {}

  /** The layer has no token mixer of its own (feed-forward layers of Nemotron-H). */
  record None() implements AttentionSpec {}

  /**
   * A lightning indexer that picks the tokens to attend to (DeepSeek-V3.2).
   *
   * @param heads indexer heads
   * @param headSize elements of the one indexer key kept per token
   * @param topK tokens kept per query
   */
  record Indexer(int heads, int headSize, int topK) {}
}
