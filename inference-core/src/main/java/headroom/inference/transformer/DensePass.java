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
  private final OperationTimes times;
  private FeedForward.@Nullable Dense network;

  DensePass(Batch batch) {
    this.kernels = batch.kernels;
    this.threads = batch.threads;
    this.products = batch.products;
    this.buffers = batch.buffers;
    this.times = batch.times;
  }

  /** out[t] = network(x[t]) for every token; x and out may be one array. */
  void run(FeedForward.Dense dense, float[] x, int tokens, float[] out) {
    network = dense;
    Projection gate = dense.gate();
    products.from(x, tokens).into(dense.up(), buffers.up);
    if (gate != null) {
      products.into(gate, buffers.gate);
    }
    products.run();
    times.end(Operation.FEED_FORWARD_IN);
    threads.run(this, tokens);
    times.end(Operation.ACTIVATION);
    products.multiply(dense.down(), gate == null ? buffers.up : buffers.gate, tokens, out);
    times.end(Operation.FEED_FORWARD_OUT);
  }

  /** The non-linearity of one token. */
  @Override
  public void run(int token, int parts, Lane lane) {
    FeedForward.Dense now = network;
    if (now == null) {
      return;
    }
    int size = now.width();
    float[] inner = now.gate() == null ? buffers.up : buffers.gate;
    if (now.sparsity() != null) {
      thin(now.sparsity().deviations(), inner, token * size, size);
    }
    if (now.gate() == null) {
      kernels.activate(now.activation(), buffers.up, token * size, size);
    } else {
      kernels.gate(now.activation(), buffers.gate, buffers.up, token * size, size);
    }
    if (now.downNorm() != null) {
      now.downNorm().apply(kernels, inner, token * size, inner, token * size);
    }
  }

  /** x = max(0, x - (mean + deviations * standard deviation)), that of a sample. */
  private static void thin(float deviations, float[] x, int start, int size) {
    double sum = 0;
    for (int i = start; i < start + size; i++) {
      sum += x[i];
    }
    double mean = sum / size;
    double squares = 0;
    for (int i = start; i < start + size; i++) {
      squares += (x[i] - mean) * (x[i] - mean);
    }
    float cutoff = (float) (mean + deviations * Math.sqrt(squares / (size - 1)));
    for (int i = start; i < start + size; i++) {
      x[i] = Math.max(0, x[i] - cutoff);
    }
  }
}
