package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import org.jspecify.annotations.Nullable;

/** Runs dense feed-forward networks, a layer's own or one expert of many. */
final class DensePass implements Threads.Task {
  private final Kernels kernels;
  private final Threads threads;
  private final Products products;
  private final Buffers buffers;
  private FeedForward.@Nullable Dense network;

  DensePass(Batch batch) {
    this.kernels = batch.kernels;
    this.threads = batch.threads;
    this.products = batch.products;
    this.buffers = batch.buffers;
  }

  /** out[t] = network(x[t]) for every token; x and out may be one array. */
  void run(FeedForward.Dense dense, float[] x, int tokens, float[] out) {
    network = dense;
    products.multiply(dense.up(), x, tokens, buffers.up);
    if (dense.gate() == null) {
      threads.run(this, tokens);
      products.multiply(dense.down(), buffers.up, tokens, out);
    } else {
      products.multiply(dense.gate(), x, tokens, buffers.gate);
      threads.run(this, tokens);
      products.multiply(dense.down(), buffers.gate, tokens, out);
    }
  }

  /** The non-linearity of one token. */
  @Override
  public void run(int token, int parts, Lane lane) {
    FeedForward.Dense now = network;
    if (now == null) {
      return;
    }
    int size = now.width();
    if (now.gate() == null) {
      kernels.activate(now.activation(), buffers.up, token * size, size);
    } else {
      kernels.gate(now.activation(), buffers.gate, buffers.up, token * size, size);
    }
  }
}
