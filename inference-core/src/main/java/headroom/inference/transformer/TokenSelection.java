package headroom.inference.transformer;

import java.util.Optional;

/**
 * DeepSeek sparse attention (arXiv 2512.02556, section 2.1): a query attends to the tokens that a
 * small indexer finds most worth it.
 *
 * @param most tokens that a query attends to
 * @param indexer chooses them; empty where those are taken that the last layer with an indexer
 *     chose (GLM-5.2)
 */
public record TokenSelection(int most, Optional<Indexer> indexer) {
  /**
   * Scores of the tokens before: Σ over heads of weight · max(0, q · k), where q and weight are of
   * the query, and k of the token is the same for all heads.
   *
   * @param query [heads * keySize, compressed query]
   * @param key [keySize, embedding], which is cached
   * @param keyNorm before rotation
   * @param weight [heads, embedding]
   * @param rope rotates the first elements of queries and keys
   */
  public record Indexer(
      Projection query, Projection key, LayerNorm keyNorm, Projection weight, RopeSpec rope) {
    int heads() {
      return weight.rows();
    }

    int keySize() {
      return key.rows();
    }
  }
}
