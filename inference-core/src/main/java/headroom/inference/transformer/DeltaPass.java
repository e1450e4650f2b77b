package headroom.inference.transformer;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Runs {@link GatedDeltaNet} over a batch, token by token within each head. */
final class DeltaPass {
  /** Channels of the convolution that are one thread's part. */
  private static final int CHANNELS_PER_PART = 256;

  /** {@code ggml_compute_softplus_f32} of ggml: from here on the softplus is the number itself. */
  private static final float LINEAR = 20;

  private final Batch batch;
  private final Buffers buffers;
  private final Threads.Task convolve = this::convolve;
  private final Threads.Task remember = this::remember;

  // What the tasks above work on: set before, read by all threads.
  private @Nullable GatedDeltaNet net;
  private int layer;

  DeltaPass(Batch batch) {
    this.batch = batch;
    this.buffers = batch.buffers;
  }

  /** out[t] = net(x[..t]) for every token; the states move on. */
  void run(GatedDeltaNet now, int layerIndex, float[] x, float[] out) {
    net = now;
    layer = layerIndex;
    batch
        .products
        .from(x, batch.tokens)
        .into(now.mixed(), buffers.query)
        .into(now.gate(), buffers.mixerGate)
        .into(now.strength(), buffers.key)
        .into(now.decay(), buffers.value)
        .run();
    batch.times.end(Operation.QUERY_KEY_VALUE);
    int channels = now.convolution().channels();
    batch.threads.run(convolve, Math.ceilDiv(channels, CHANNELS_PER_PART));
    batch.threads.run(remember, now.heads().values());
    batch.times.end(Operation.ATTENTION);
    batch.products.multiply(now.output(), buffers.mixerGate, batch.tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }

  private void convolve(int part, int parts, Lane lane) {
    GatedDeltaNet now = net;
    if (now == null) {
      return;
    }
    CausalConvolution by = now.convolution();
    int width = by.channels();
    int from = part * CHANNELS_PER_PART;
    int count = Math.min(CHANNELS_PER_PART, width - from);
    Sequences.each(
        batch,
        (first, end) -> {
          float[] state = batch.caches[first].state(layer).convolution();
          by.apply(buffers.query, first * width, width, end - first, state, from, count);
        });
    for (int t = 0; t < batch.tokens; t++) {
      batch.kernels.activate(Activation.SILU, buffers.query, t * width + from, count);
    }
  }

  /** All tokens of one head. */
  private void remember(int head, int parts, Lane lane) {
    GatedDeltaNet now = net;
    if (now == null) {
      return;
    }
    int size = now.heads().size();
    int heads = now.heads().values();
    float[] memory = lane.floats(4 * size); // query, key, what the key held, what is read
    for (int t = 0; t < batch.tokens; t++) {
      float[] state = batch.caches[t].state(layer).state();
      step(now, head, t, state, memory);
      int at = (t * heads + head) * size;
      System.arraycopy(memory, 3 * size, buffers.attended, at, size);
      now.norm().apply(batch.kernels, buffers.attended, at, buffers.attended, at);
      batch.kernels.gate(Activation.SILU, buffers.mixerGate, buffers.attended, at, size);
    }
  }

  /** S = decay S; S += k (v - S k) β; out = S q, with S [keys, values]. */
  private void step(GatedDeltaNet now, int head, int t, float[] state, float[] memory) {
    int size = now.heads().size();
    int row = t * now.convolution().channels();
    int key = now.heads().keyOf(head);
    int keys = now.heads().keys();
    unit(now, buffers.query, row + key * size, memory, 0);
    unit(now, buffers.query, row + (keys + key) * size, memory, size);
    int value = row + (2 * keys + head) * size;
    int rate = t * now.heads().values() + head;
    float strength = Router.sigmoid(buffers.key[rate]);
    float decay =
        (float)
            Math.exp(
                now.decayFactor()[head] * softplus(buffers.value[rate] + now.decayBias()[head]));
    int held = 2 * size;
    int read = 3 * size;
    Arrays.fill(memory, held, held + 2 * size, 0);
    int first = head * size * size;
    for (int k = 0; k < size; k++) {
      float weight = memory[size + k];
      int at = first + k * size;
      for (int v = 0; v < size; v++) {
        float kept = state[at + v] * decay;
        state[at + v] = kept;
        memory[held + v] += weight * kept;
      }
    }
    for (int v = 0; v < size; v++) {
      memory[held + v] = (buffers.query[value + v] - memory[held + v]) * strength;
    }
    float scale = (float) (1 / Math.sqrt(size));
    for (int k = 0; k < size; k++) {
      float written = memory[size + k];
      float query = memory[k] * scale;
      int at = first + k * size;
      for (int v = 0; v < size; v++) {
        float kept = state[at + v] + written * memory[held + v];
        state[at + v] = kept;
        memory[read + v] += query * kept;
      }
    }
  }

  /** A head's query or key, divided by its length. */
  private static void unit(GatedDeltaNet now, float[] x, int offset, float[] out, int outOffset) {
    int size = now.heads().size();
    float squares = 0;
    for (int i = 0; i < size; i++) {
      squares += x[offset + i] * x[offset + i];
    }
    float scale = (float) (1 / Math.max(Math.sqrt(squares), now.epsilon()));
    for (int i = 0; i < size; i++) {
      out[outOffset + i] = x[offset + i] * scale;
    }
  }

  static float softplus(float x) {
    return x > LINEAR ? x : (float) Math.log1p(Math.exp(x));
  }
}
