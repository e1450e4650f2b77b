package headroom.inference.transformer;

/** What a forward pass spends its time on. */
public enum Operation {
  /** Rows of the embedding matrix. */
  EMBEDDING,
  /** Norms, and sums with the residual stream. */
  NORMS,
  /** Products that make queries, keys and values. */
  QUERY_KEY_VALUE,
  /** Norms and rotations of queries and keys, and writing the cache. */
  ROTATION,
  /** Queries against the cache. */
  ATTENTION,
  /** The product behind attention. */
  ATTENTION_OUTPUT,
  /** Products into feed-forward networks, and the choice of experts. */
  FEED_FORWARD_IN,
  /** The non-linearity. */
  ACTIVATION,
  /** Products out of feed-forward networks. */
  FEED_FORWARD_OUT,
  /** The last norm and the product with the output matrix. */
  LOGITS
}
