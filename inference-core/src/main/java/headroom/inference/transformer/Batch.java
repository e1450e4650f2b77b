package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;

/** What the parts of a forward pass share: its tools, and which tokens go through now. */
final class Batch {
  final Kernels kernels;
  final Threads threads;
  final KvCache cache;
  final Buffers buffers;
  final Products products;
  final Rotations rotations;

  /** Tokens before this batch. */
  int position;

  /** Tokens of this batch. */
  int tokens;

  Batch(Transformer model, KvCache cache) {
    this.kernels = model.kernels();
    this.threads = model.threads();
    this.cache = cache;
    Weights weights = model.weights();
    this.buffers = new Buffers(model.spec(), weights);
    this.products = new Products(kernels, threads, weights.output().matrix());
    this.rotations = new Rotations(kernels, weights.ropes(), cache.capacity());
  }

  void start(int count) {
    cache.requireRoomFor(count);
    buffers.ensure(count);
    tokens = count;
    position = cache.length();
    rotations.prepare(position, count);
  }

  /** out[t] = norm(x[t]) for every token. */
  void normalise(Norm norm, float[] x, float[] out) {
    int size = norm.size();
    for (int t = 0; t < tokens; t++) {
      norm.apply(kernels, x, t * size, out, t * size);
    }
  }
}
