package headroom.model;

/**
 * One layer.
 *
 * @param attention its token mixer
 * @param feedForward what follows it
 * @param ownsCache false where the layer reads the keys and values of an earlier one (Gemma 3n, 4)
 */
public record LayerSpec(AttentionSpec attention, FeedForward feedForward, boolean ownsCache) {}
