package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import headroom.kv.KvCacheSpec;

/**
 * What sessions share: hyper-parameters, weights, and the kernels and threads that work on them.
 *
 * @param spec hyper-parameters
 * @param weights bound to {@code kernels}
 * @param kernels the verbs
 * @param threads shared by all sessions, which take turns
 */
public record Transformer(TransformerSpec spec, Weights weights, Kernels kernels, Threads threads) {

  /** An empty cache for one session of this model. */
  public KvCache newCache(KvCacheSpec cache) {
    return threads.interleaved(
        () ->
            new KvCache(
                cache, weights.layers().stream().map(layer -> layer.mixer().cache()).toList()));
  }
}
