package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;

/**
 * Runs a mixture of experts over a batch: each expert once, over the tokens that were routed to it.
 */
final class ExpertMixture {
  private final Kernels kernels;
  private final Products products;
  private final int embedding;
  private float[] scores = {}; // [tokens, experts]
  private float[] gathered = {}; // [tokens, embedding], then the experts' answers
  private float[] weights = {}; // [tokens], of the current expert
  private int[] members = {}; // [tokens], of the current expert

  ExpertMixture(Kernels kernels, Products products, int embedding) {
    this.kernels = kernels;
    this.products = products;
    this.embedding = embedding;
  }

  /** delta[t] = Σ weight[t, e] expert[e](normed[t]) over the experts chosen for t. */
  void apply(FeedForward.MixtureOfExperts mixture, Buffers buffers, int tokens) {
    int experts = mixture.experts().size();
    ensure(tokens, experts);
    products.multiply(mixture.router(), buffers.normed, tokens, scores);
    for (int t = 0; t < tokens; t++) {
      kernels.softmax(scores, t * experts, experts);
      keepBest(t * experts, experts, mixture.active());
    }
    java.util.Arrays.fill(buffers.delta, 0, tokens * embedding, 0);
    for (int e = 0; e < experts; e++) {
      int count = gather(e, experts, buffers.normed, tokens);
      if (count > 0) {
        answer(mixture.experts().get(e), buffers, count);
        scatter(count, buffers.delta);
      }
    }
  }

  private void ensure(int tokens, int experts) {
    if (members.length < tokens) {
      members = new int[tokens];
      weights = new float[tokens];
      gathered = new float[tokens * embedding];
    }
    if (scores.length < tokens * experts) {
      scores = new float[tokens * experts];
    }
  }

  /** Leaves the best {@code active} scores, divided by their sum, and makes the others 0. */
  private void keepBest(int offset, int experts, int active) {
    float sum = 0;
    for (int n = 0; n < active; n++) {
      int best = offset;
      for (int i = offset + 1; i < offset + experts; i++) {
        if (scores[i] > scores[best]) {
          best = i;
        }
      }
      sum += scores[best];
      scores[best] = -scores[best] - Float.MIN_NORMAL; // marked: below every score not yet taken
    }
    for (int i = offset; i < offset + experts; i++) {
      scores[i] = scores[i] < 0 ? -scores[i] / sum : 0;
    }
  }

  private int gather(int expert, int experts, float[] x, int tokens) {
    int count = 0;
    for (int t = 0; t < tokens; t++) {
      float weight = scores[t * experts + expert];
      if (weight > 0) {
        members[count] = t;
        weights[count] = weight;
        System.arraycopy(x, t * embedding, gathered, count * embedding, embedding);
        count++;
      }
    }
    return count;
  }

  private void answer(FeedForward.Dense expert, Buffers buffers, int count) {
    products.multiply(expert.gate(), gathered, count, buffers.gate);
    products.multiply(expert.up(), gathered, count, buffers.up);
    kernels.gate(expert.activation(), buffers.gate, buffers.up, 0, count * expert.gate().rows());
    products.multiply(expert.down(), buffers.gate, count, gathered);
  }

  private void scatter(int count, float[] delta) {
    for (int i = 0; i < count; i++) {
      kernels.addScaled(
          delta, members[i] * embedding, weights[i], gathered, i * embedding, embedding);
    }
  }
}
