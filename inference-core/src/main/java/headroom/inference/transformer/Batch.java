package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import org.jspecify.annotations.Nullable;

/** What the parts of a forward pass share: its tools, and which tokens go through now. */
final class Batch {
  /** Tokens of elementwise work that are worth a thread's while. */
  private static final int TOKENS_PER_PART = 8;

  final Kernels kernels;
  final Threads threads;
  final KvCache cache;
  final Buffers buffers;
  final Products products;
  final Rotations rotations;
  final OperationTimes times = new OperationTimes();
  private final Threads.Task normalising = this::normalise;

  // What the task above works on: set before, read by all threads.
  private @Nullable Norm norm;
  private float[] normFrom = {};
  private float[] normInto = {};

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
  void normalise(Norm by, float[] x, float[] out) {
    norm = by;
    normFrom = x;
    normInto = out;
    threads.run(normalising, Math.ceilDiv(tokens, TOKENS_PER_PART));
  }

  private void normalise(int part, int parts, Lane lane) {
    Norm now = norm;
    if (now == null) {
      return;
    }
    int size = now.size();
    int end = Math.min(tokens, (part + 1) * TOKENS_PER_PART);
    for (int t = part * TOKENS_PER_PART; t < end; t++) {
      now.apply(kernels, normFrom, t * size, normInto, t * size);
    }
  }
}
