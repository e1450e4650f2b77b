package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import java.util.Arrays;

/** Chooses experts by {@link Routing} and holds the choice for one batch. */
final class Router {
  /** Least sum that weights are divided by: the smallest normal half, as in llama.cpp. */
  private static final float LEAST_SUM = 6.103515625e-5f;

  private final Kernels kernels;
  private final Products products;
  private float[] scores = {}; // [tokens, experts]
  private float[] ranks = {}; // [experts], what a token's experts are chosen by
  private float[] groupRanks = {}; // [groups]
  private int[] chosen = {}; // [tokens, active]
  private float[] weights = {}; // [tokens, active]

  Router(Kernels kernels, Products products) {
    this.kernels = kernels;
    this.products = products;
  }

  /** Bytes of its arrays that grow with the batch. */
  long bytes() {
    return ((long) scores.length + chosen.length + weights.length) * Float.BYTES;
  }

  /** Chooses for every token of x [tokens, embedding]. */
  void choose(Routing routing, float[] x, int tokens) {
    int experts = routing.router().rows();
    int active = routing.active();
    ensure(tokens, experts, active);
    products.multiply(routing.router(), x, tokens, scores);
    for (int t = 0; t < tokens; t++) {
      int offset = t * experts;
      score(routing.scoring(), offset, experts);
      rank(routing, offset, experts);
      int at = t * active;
      for (int n = 0; n < active; n++) {
        int best = takeBest(ranks, experts);
        chosen[at + n] = best;
        weights[at + n] = scores[offset + best];
      }
      weigh(routing, at);
    }
  }

  /** The expert chosen {@code n}-th for a token. */
  int expert(int token, int n, int active) {
    return chosen[token * active + n];
  }

  float weight(int token, int n, int active) {
    return weights[token * active + n];
  }

  private void ensure(int tokens, int experts, int active) {
    if (scores.length < tokens * experts) {
      scores = new float[tokens * experts];
    }
    if (ranks.length < experts) {
      ranks = new float[experts];
    }
    if (chosen.length < tokens * active) {
      chosen = new int[tokens * active];
      weights = new float[tokens * active];
    }
  }

  private void score(Routing.Scoring scoring, int offset, int experts) {
    switch (scoring) {
      case SOFTMAX -> kernels.softmax(scores, offset, experts);
      case SIGMOID -> {
        for (int i = offset; i < offset + experts; i++) {
          scores[i] = sigmoid(scores[i]);
        }
      }
      case SOFTMAX_OF_CHOSEN -> {}
    }
  }

  static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  private void rank(Routing routing, int offset, int experts) {
    float[] bias = routing.selectionBias();
    for (int e = 0; e < experts; e++) {
      ranks[e] = bias == null ? scores[offset + e] : scores[offset + e] + bias[e];
    }
    Routing.Groups groups = routing.groups();
    if (groups != null) {
      keepBestGroups(groups, experts / groups.count());
    }
  }

  private void keepBestGroups(Routing.Groups groups, int size) {
    if (groupRanks.length < groups.count()) {
      groupRanks = new float[groups.count()];
    }
    for (int g = 0; g < groups.count(); g++) {
      float first = Float.NEGATIVE_INFINITY;
      float second = Float.NEGATIVE_INFINITY;
      for (int e = g * size; e < (g + 1) * size; e++) {
        if (ranks[e] > first) {
          second = first;
          first = ranks[e];
        } else {
          second = Math.max(second, ranks[e]);
        }
      }
      groupRanks[g] = first + second;
    }
    for (int n = 0; n < groups.used(); n++) {
      takeBest(groupRanks, groups.count());
    }
    for (int g = 0; g < groups.count(); g++) {
      if (!Float.isNaN(groupRanks[g])) {
        Arrays.fill(ranks, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
      }
    }
  }

  /** The index of the largest of the first {@code count}, which becomes NaN: taken. */
  private static int takeBest(float[] values, int count) {
    int best = -1;
    for (int i = 0; i < count; i++) {
      if (!Float.isNaN(values[i]) && (best < 0 || values[i] > values[best])) {
        best = i;
      }
    }
    int found = Math.max(best, 0); // a broken model's scores may all be NaN
    values[found] = Float.NaN;
    return found;
  }

  private void weigh(Routing routing, int at) {
    int active = routing.active();
    if (routing.scoring() == Routing.Scoring.SOFTMAX_OF_CHOSEN) {
      kernels.softmax(weights, at, active);
    }
    float factor = routing.scale();
    if (routing.normalised()) {
      float sum = 0;
      for (int n = 0; n < active; n++) {
        sum += weights[at + n];
      }
      factor /= Math.max(sum, LEAST_SUM);
    }
    for (int n = 0; n < active; n++) {
      weights[at + n] *= factor;
    }
  }
}
