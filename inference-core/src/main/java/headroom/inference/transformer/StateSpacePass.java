package headroom.inference.transformer;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Runs {@link StateSpace} over a batch, token by token within each head. */
final class StateSpacePass {
  /** Channels of the convolution that are one thread's part. */
  private static final int CHANNELS_PER_PART = 256;

  private final Batch batch;
  private final Buffers buffers;
  private final Threads.Task convolve = this::convolve;
  private final Threads.Task scan = this::scan;
  private final Threads.Task finish = this::finish;

  // What the tasks above work on: set before, read by all threads.
  private @Nullable StateSpace space;
  private int layer;

  StateSpacePass(Batch batch) {
    this.batch = batch;
    this.buffers = batch.buffers;
  }

  /** out[t] = space(x[..t]) for every token; the states move on. */
  void run(StateSpace now, int layerIndex, float[] x, float[] out) {
    space = now;
    layer = layerIndex;
    batch.products.multiply(now.in(), x, batch.tokens, buffers.query);
    batch.times.end(Operation.QUERY_KEY_VALUE);
    batch.threads.run(convolve, Math.ceilDiv(now.convolution().channels(), CHANNELS_PER_PART));
    batch.threads.run(scan, now.heads().count());
    batch.threads.run(finish, batch.tokens);
    batch.times.end(Operation.ATTENTION);
    batch.products.multiply(now.output(), buffers.attended, batch.tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }

  private void convolve(int part, int parts, Lane lane) {
    StateSpace now = space;
    if (now == null) {
      return;
    }
    CausalConvolution by = now.convolution();
    int row = now.in().rows();
    int inner = now.heads().inner();
    int from = part * CHANNELS_PER_PART;
    int count = Math.min(CHANNELS_PER_PART, by.channels() - from);
    Sequences.each(
        batch,
        (first, end) -> {
          float[] state = batch.caches[first].state(layer).convolution();
          int start = first * row + inner;
          by.apply(buffers.query, start, row, end - first, state, from, count);
        });
    for (int t = 0; t < batch.tokens; t++) {
      batch.kernels.activate(Activation.SILU, buffers.query, t * row + inner + from, count);
    }
  }

  /** S = S e^(A dt) + B (x dt); out = C S + D x, with S [stateSize, size], of one head. */
  private void scan(int head, int parts, Lane lane) {
    StateSpace now = space;
    if (now == null) {
      return;
    }
    StateSpace.Heads heads = now.heads();
    int size = heads.size();
    int inner = heads.inner();
    int row = now.in().rows();
    int group = heads.groupOf(head) * heads.stateSize();
    for (int t = 0; t < batch.tokens; t++) {
      float[] state = batch.caches[t].state(layer).state();
      int x = t * row + inner + head * size;
      int b = t * row + 2 * inner + group;
      int c = b + heads.groups() * heads.stateSize();
      float step =
          DeltaPass.softplus(
              buffers.query[(t + 1) * row - heads.count() + head] + now.timeBias()[head]);
      float decay = (float) Math.exp(step * now.decay()[head]);
      int out = t * inner + head * size;
      Arrays.fill(buffers.attended, out, out + size, 0);
      int at = head * size * heads.stateSize();
      for (int n = 0; n < heads.stateSize(); n++, at += size) {
        float written = buffers.query[b + n] * step;
        float read = buffers.query[c + n];
        for (int i = 0; i < size; i++) {
          float kept = state[at + i] * decay + written * buffers.query[x + i];
          state[at + i] = kept;
          buffers.attended[out + i] += read * kept;
        }
      }
      for (int i = 0; i < size; i++) {
        buffers.attended[out + i] += now.skip()[head] * buffers.query[x + i];
      }
    }
  }

  /** Gates and norms one token's result. */
  private void finish(int token, int parts, Lane lane) {
    StateSpace now = space;
    if (now == null) {
      return;
    }
    int inner = now.heads().inner();
    int gate = token * now.in().rows();
    int out = token * inner;
    batch.kernels.activate(Activation.SILU, buffers.query, gate, inner);
    for (int i = 0; i < inner; i++) {
      buffers.attended[out + i] *= buffers.query[gate + i];
    }
    now.norm().apply(batch.kernels, buffers.attended, out, buffers.attended, out);
  }
}
