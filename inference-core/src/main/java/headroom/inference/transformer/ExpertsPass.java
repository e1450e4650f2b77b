package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import java.util.Arrays;

/**
 * Runs a mixture of experts over a batch: each expert once, over the tokens that were routed to it.
 */
final class ExpertsPass {
  private final Kernels kernels;
  private final DensePass dense;
  private final Router router;
  private final OperationTimes times;
  private final int embedding;
  private float[] gathered = {}; // [tokens, embedding], then the expert's answers
  private float[] weights = {}; // [tokens], of the current expert
  private int[] members = {}; // [tokens], of the current expert

  ExpertsPass(Batch batch, DensePass dense, int embedding) {
    this.kernels = batch.kernels;
    this.dense = dense;
    this.router = new Router(batch.kernels, batch.products);
    this.times = batch.times;
    this.embedding = embedding;
  }

  /** Bytes of its own arrays that grow with the batch. */
  long bytes() {
    long words = (long) gathered.length + weights.length + members.length;
    return words * Float.BYTES + router.bytes();
  }

  /** out[t] = Σ weight[t, e] expert[e](x[t]) over the experts chosen for t, and the shared one. */
  void run(FeedForward.MixtureOfExperts mixture, float[] x, int tokens, float[] out) {
    choose(mixture, x, tokens);
    mix(mixture, x, tokens, out);
  }

  /** Chooses experts by what may be another view of the tokens than the experts get. */
  void choose(FeedForward.MixtureOfExperts mixture, float[] x, int tokens) {
    ensure(tokens);
    router.choose(mixture.routing(), x, tokens);
    times.end(Operation.FEED_FORWARD_IN);
  }

  /** out[t] = Σ weight[t, e] expert[e](x[t]) over the experts that were chosen. */
  void mix(FeedForward.MixtureOfExperts mixture, float[] x, int tokens, float[] out) {
    Arrays.fill(out, 0, tokens * embedding, 0);
    for (int e = 0; e < mixture.experts().size(); e++) {
      int count = gather(e, mixture.routing(), x, tokens);
      if (count > 0) {
        if (mixture.routing().weighsInputs()) {
          weighInputs(count);
        }
        dense.run(mixture.experts().get(e), gathered, count, gathered);
        scatter(count, out);
      }
    }
    FeedForward.Shared shared = mixture.shared();
    if (shared != null) {
      addShared(shared, x, tokens, out);
    }
  }

  private void ensure(int tokens) {
    if (members.length < tokens) {
      members = new int[tokens];
      weights = new float[tokens];
      gathered = new float[tokens * embedding];
    }
  }

  private int gather(int expert, Routing routing, float[] x, int tokens) {
    int active = routing.active();
    int count = 0;
    for (int t = 0; t < tokens; t++) {
      for (int n = 0; n < active; n++) {
        if (router.expert(t, n, active) == expert) {
          members[count] = t;
          weights[count] = router.weight(t, n, active);
          System.arraycopy(x, t * embedding, gathered, count * embedding, embedding);
          count++;
          break;
        }
      }
    }
    return count;
  }

  private void weighInputs(int count) {
    for (int i = 0; i < count; i++) {
      for (int c = i * embedding; c < (i + 1) * embedding; c++) {
        gathered[c] *= weights[i];
      }
      weights[i] = 1;
    }
  }

  private void scatter(int count, float[] out) {
    for (int i = 0; i < count; i++) {
      kernels.addScaled(
          out, members[i] * embedding, weights[i], gathered, i * embedding, embedding);
    }
  }

  private void addShared(FeedForward.Shared shared, float[] x, int tokens, float[] out) {
    float[] gate = shared.gate();
    for (int t = 0; t < tokens; t++) {
      weights[t] = gate == null ? 1 : Router.sigmoid(product(gate, x, t * embedding));
    }
    dense.run(shared.network(), x, tokens, gathered);
    for (int t = 0; t < tokens; t++) {
      kernels.addScaled(out, t * embedding, weights[t], gathered, t * embedding, embedding);
    }
  }

  private static float product(float[] a, float[] x, int offset) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * x[offset + i];
    }
    return (float) sum;
  }
}
