package headroom.inference.architecture;

/**
 * The sizes that all layers of a model share.
 *
 * @param layers {@code block_count}, those for multi-token prediction left out
 * @param embedding {@code embedding_length}
 * @param vocabulary rows of the token embedding
 * @param context {@code context_length}
 */
record Dimensions(int layers, int embedding, int vocabulary, int context) {}
