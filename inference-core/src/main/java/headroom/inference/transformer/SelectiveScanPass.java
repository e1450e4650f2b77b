package headroom.inference.transformer;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Runs {@link SelectiveScan} over a batch, token by token within each channel. */
final class SelectiveScanPass {
  /** Channels that are one thread's part. */
  private static final int CHANNELS_PER_PART = 256;

  private final Batch batch;
  private final Buffers buffers;
  private final Threads.Task convolve = this::convolve;
  private final Threads.Task scan = this::scan;

  // What the tasks above work on: set before, read by all threads.
  private @Nullable SelectiveScan mixer;
  private int layer;

  SelectiveScanPass(Batch batch) {
    this.batch = batch;
    this.buffers = batch.buffers;
  }

  /** out[t] = scan(x[..t]) for every token; the states move on. */
  void run(SelectiveScan now, int layerIndex, float[] x, float[] out) {
    mixer = now;
    layer = layerIndex;
    int tokens = batch.tokens;
    int inner = now.inner();
    batch.products.multiply(now.in(), x, tokens, buffers.query);
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(buffers.query, 2 * t * inner, buffers.attended, t * inner, inner);
    }
    int parts = Math.ceilDiv(inner, CHANNELS_PER_PART);
    batch.threads.run(convolve, parts);
    batch.products.multiply(now.selection(), buffers.attended, tokens, buffers.key);
    select(now);
    batch.products.multiply(now.timeStep(), buffers.value, tokens, buffers.mixerGate);
    batch.times.end(Operation.QUERY_KEY_VALUE);
    batch.threads.run(scan, parts);
    batch.times.end(Operation.ATTENTION);
    batch.products.multiply(now.output(), buffers.attended, tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }

  private void convolve(int part, int parts, Lane lane) {
    SelectiveScan now = mixer;
    if (now == null) {
      return;
    }
    int inner = now.inner();
    int from = part * CHANNELS_PER_PART;
    int count = Math.min(CHANNELS_PER_PART, inner - from);
    Sequences.each(
        batch,
        (first, end) -> {
          float[] state = batch.caches[first].state(layer).convolution();
          now.convolution()
              .apply(buffers.attended, first * inner, inner, end - first, state, from, count);
        });
    for (int t = 0; t < batch.tokens; t++) {
      batch.kernels.activate(Activation.SILU, buffers.attended, t * inner + from, count);
    }
  }

  /** Takes time steps apart from B and C, and norms them where there are norms. */
  private void select(SelectiveScan now) {
    int rank = now.rank();
    int size = now.stateSize();
    SelectiveScan.Norms norms = now.norms();
    for (int t = 0; t < batch.tokens; t++) {
      int row = t * (rank + 2 * size);
      System.arraycopy(buffers.key, row, buffers.value, t * rank, rank);
      if (norms != null) {
        int b = row + rank;
        norms.timeStep().apply(batch.kernels, buffers.value, t * rank, buffers.value, t * rank);
        norms.written().apply(batch.kernels, buffers.key, b, buffers.key, b);
        norms.read().apply(batch.kernels, buffers.key, b + size, buffers.key, b + size);
      }
    }
  }

  /** S = S e^(A dt) + B (x dt); out = (C S + D x) silu(z), with S [stateSize, inner]. */
  private void scan(int part, int parts, Lane lane) {
    SelectiveScan now = mixer;
    if (now == null) {
      return;
    }
    int inner = now.inner();
    int size = now.stateSize();
    int from = part * CHANNELS_PER_PART;
    int count = Math.min(CHANNELS_PER_PART, inner - from);
    float[] memory = lane.floats(2 * count); // time steps, what is read
    for (int t = 0; t < batch.tokens; t++) {
      float[] state = batch.caches[t].state(layer).state();
      int x = t * inner + from;
      int selected = t * (now.rank() + 2 * size) + now.rank();
      for (int i = 0; i < count; i++) {
        memory[i] = DeltaPass.softplus(buffers.mixerGate[x + i]);
      }
      Arrays.fill(memory, count, 2 * count, 0);
      for (int n = 0; n < size; n++) {
        float written = buffers.key[selected + n];
        float read = buffers.key[selected + size + n];
        int at = n * inner + from;
        for (int i = 0; i < count; i++) {
          float decay = (float) Math.exp(memory[i] * now.decay()[at + i]);
          float kept = state[at + i] * decay + written * (buffers.attended[x + i] * memory[i]);
          state[at + i] = kept;
          memory[count + i] += read * kept;
        }
      }
      int gate = (2 * t + 1) * inner + from;
      batch.kernels.activate(Activation.SILU, buffers.query, gate, count);
      for (int i = 0; i < count; i++) {
        float passed = now.skip()[from + i] * buffers.attended[x + i];
        buffers.attended[x + i] = (memory[count + i] + passed) * buffers.query[gate + i];
      }
    }
  }
}
