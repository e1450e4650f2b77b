package headroom.inference.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final float[] LOGITS = {
    (float) Math.log(0.1), (float) Math.log(0.5), (float) Math.log(0.15), (float) Math.log(0.25)
  };

  private static double[] shares(Sampler sampler) {
    double[] shares = new double[4];
    for (int i = 0; i < 20_000; i++) {
      shares[sampler.sample(LOGITS.clone())] += 1 / 20_000.0;
    }
    return shares;
  }

  @Test
  void greedyTakesTheFirstOfTheLargestAndSkipsWhatIsNoNumber() {
    assertThat(new Greedy().sample(new float[] {Float.NaN, 1, 3, 3, 2})).isEqualTo(2);
    assertThat(new Greedy().sample(new float[] {Float.NEGATIVE_INFINITY, -5})).isEqualTo(1);
    assertThatThrownBy(() -> new Greedy().sample(new float[] {Float.NaN}))
        .hasMessageContaining("found no number among 1 logits");
  }

  @Test
  void sharesFollowTheProbabilities() {
    assertThat(shares(new Sampling(1, Integer.MAX_VALUE, 1, 5)))
        .containsExactly(new double[] {0.1, 0.5, 0.15, 0.25}, within(0.015));
  }

  @Test
  void temperatureSharpensAndFlattens() {
    assertThat(shares(new Sampling(0.5f, 4, 1, 5))[1]).isCloseTo(0.25 / 0.345, within(0.015));
    assertThat(shares(new Sampling(100, 4, 1, 5))[0]).isCloseTo(0.25, within(0.02));
  }

  @Test
  void topKKeepsThatMany() {
    assertThat(shares(new Sampling(1, 2, 1, 5)))
        .containsExactly(new double[] {0, 2 / 3.0, 0, 1 / 3.0}, within(0.015));
    assertThat(shares(new Sampling(1, 1, 1, 5))[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void topKOfManyAreThoseThatSortingAllLeaves() {
    Random random = new Random(8);
    float[] logits = new float[5000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 97 == 0 ? Float.NaN : random.nextInt(-100, 100) / 10f; // equals among them
    }
    List<Integer> wanted =
        IntStream.range(0, logits.length)
            .boxed()
            .filter(i -> !Float.isNaN(logits[i]))
            .sorted(Comparator.comparing(i -> -logits[i])) // stable: of equals the first
            .toList();
    for (int k : new int[] {1, 40, 2500, 4999}) {
      double[] found = new Sampling(1, k, 1, 5).probabilities(logits);
      int left = Math.min(k, wanted.size());
      assertThat(IntStream.range(0, found.length).filter(i -> found[i] > 0).boxed())
          .containsExactlyInAnyOrderElementsOf(wanted.subList(0, left));
    }
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    assertThat(shares(new Sampling(1, 4, 0.7f, 5)))
        .containsExactly(new double[] {0, 2 / 3.0, 0, 1 / 3.0}, within(0.015));
    assertThat(shares(new Sampling(1, 4, 0.4f, 5))[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void topPOfManyIsWhatSortingAllLeaves() {
    Random random = new Random(8);
    float[] logits = new float[5000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 97 == 0 ? Float.NaN : (float) (3 * random.nextGaussian());
    }
    for (float p : new float[] {0.1f, 0.9f, 0.9999f, 1}) {
      // A top-k of one less than all sorts them all.
      double[] wanted = new Sampling(0.8f, logits.length - 1, p, 5).probabilities(logits);
      double[] found = new Sampling(0.8f, Integer.MAX_VALUE, p, 5).probabilities(logits);
      assertThat(found).containsExactly(wanted, within(1e-12));
    }
  }

  @Test
  void theSameSeedDrawsTheSameTokens() {
    int[] first = draws(new Sampling(1, 4, 1, 42));
    assertThat(draws(new Sampling(1, 4, 1, 42))).isEqualTo(first);
    assertThat(draws(new Sampling(1, 4, 1, 43))).isNotEqualTo(first);
  }

  private static int[] draws(Sampler sampler) {
    return IntStream.range(0, 50).map(i -> sampler.sample(LOGITS.clone())).toArray();
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> new Sampling(0, 4, 1, 1)).hasMessageContaining("greedy for 0");
    assertThatThrownBy(() -> new Sampling(1, 0, 1, 1)).hasMessageContaining("top-k is 0");
    assertThatThrownBy(() -> new Sampling(1, 4, 1.5f, 1)).hasMessageContaining("top-p is 1.5");
  }
}
