package headroom.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kernel.vector.VectorKernels;
import headroom.inference.kvcache.KvCache;
import headroom.inference.kvcache.KvRows;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerbAgreementTest {
  private final Kernels reference = new ReferenceKernels();
  private final Kernels vector = new VectorKernels();
  private final Random random = new Random(11);

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 31, 32, 33, 255, 256, 4128})
  void elementwiseVerbsAgreeAndTouchNothingElse(int size) {
    float[] a = gaussian(size + 6);
    float[] b = gaussian(size + 6);
    both(a, (k, x) -> k.add(x, 3, b, 2, size), 1e-6);
    both(a, (k, x) -> k.addScaled(x, 3, 0.7f, b, 2, size), 1e-6);
    both(a, (k, x) -> k.softmax(x, 3, size), 1e-6);
    both(a, (k, x) -> k.rmsNorm(x, 3, b, size, 1e-5f, x, 3), 1e-5);
    both(a, (k, x) -> k.layerNorm(x, 3, b, a, size, 1e-5f, x, 3), 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void gatesAgreeForOrdinaryAndExtremeValues(Activation activation) {
    float[] gate = gaussian(77);
    gate[5] = 100;
    gate[6] = -100;
    gate[7] = 0;
    float[] up = gaussian(77);
    both(gate, (k, x) -> k.gate(activation, x, up, 3, 71), 1e-5);
    both(gate, (k, x) -> k.activate(activation, x, 3, 71), 1e-5);
  }

  @Test
  void theClampedGateFollowsItsFormula() {
    float[] gate = {2, 9, -9};
    reference.gate(Activation.SWIGLU_OAI, gate, new float[] {3, -20, 20}, 0, 3);
    assertThat(gate[0])
        .isCloseTo((float) (2 / (1 + Math.exp(-1.702 * 2)) * (3 + 1)), within(1e-6f));
    assertThat(gate[1])
        .isCloseTo((float) (7 / (1 + Math.exp(-1.702 * 7)) * (-7 + 1)), within(1e-5f));
    assertThat(gate[2])
        .isCloseTo((float) (-9 / (1 + Math.exp(1.702 * 9)) * (7 + 1)), within(1e-6f));
  }

  @Test
  void layerNormCentresAndScales() {
    float[] x = {1, 2, 3, 6};
    reference.layerNorm(x, 0, new float[] {1, 1, 1, 2}, new float[] {0, 0, 0, 1}, 4, 0, x, 0);
    float deviation = (float) Math.sqrt(3.5);
    assertThat(x)
        .containsExactly(
            new float[] {-2 / deviation, -1 / deviation, 0, 6 / deviation + 1}, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({
    "F32, 1, 1, 2147483647",
    "F32, 70, 3, 2147483647",
    "F16, 33, 20, 2147483647",
    "Q8_0, 100, 17, 2147483647",
    "F32, 100, 17, 8",
    "F32, 64, 40, 33",
  })
  void attentionAgrees(QuantFormat format, int before, int tokens, int window) {
    AttentionShape plain = new AttentionShape(6, 2, 32, 64, 0.2f, 5f, window);
    attentionAgrees(plain, format, before, tokens);
    attentionAgrees(plain.withSinks(new float[] {-1, 0, 1, 2, 4, 9}), format, before, tokens);
  }

  private void attentionAgrees(AttentionShape shape, QuantFormat format, int before, int tokens) {
    KvCacheSpec spec = new KvCacheSpec(format, format, before + tokens, 1);
    try (KvCache cache = new KvCache(spec, List.of(shape.cache()))) {
      for (int cell = 0; cell < before + tokens; cell++) {
        cache.keys(0).write(cell, gaussian(2 * 32), 0);
        cache.values(0).write(cell, gaussian(2 * 64), 0);
      }
      float[] query = gaussian(tokens * 6 * 32);
      float[] out = gaussian(tokens * 6 * 64);
      both(
          out,
          (k, x) -> {
            for (int head = 0; head < 2; head++) {
              k.attend(
                  shape,
                  head,
                  query,
                  0,
                  tokens,
                  before,
                  cache.keys(0),
                  cache.values(0),
                  x,
                  new Lane());
            }
          },
          1e-5);
      both(out, (k, x) -> inTwoParts(k, shape, query, tokens, before, cache, x), 1e-5);
    }
  }

  private static void inTwoParts(
      Kernels kernels,
      AttentionShape shape,
      float[] query,
      int tokens,
      int before,
      KvCache cache,
      float[] out) {
    int size = PartialAttention.size(shape, tokens);
    float[] partials = new float[2 * size];
    int first = shape.firstVisible(before);
    int middle = (first + before + tokens) / 2;
    KvRows keys = cache.keys(0);
    KvRows values = cache.values(0);
    Lane lane = new Lane();
    kernels.attendSome(
        shape, query, 0, tokens, before, first, middle, keys, values, partials, 0, lane);
    kernels.attendSome(
        shape,
        query,
        0,
        tokens,
        before,
        middle,
        before + tokens,
        keys,
        values,
        partials,
        size,
        lane);
    for (int head = 0; head < shape.kvHeads(); head++) {
      PartialAttention.join(kernels, shape, head, 0, tokens, partials, 0, 2, out);
    }
  }

  @ParameterizedTest
  @EnumSource(RotaryStyle.class)
  void rotationKeepsLengthAndLeavesTheRestOfTheHead(RotaryStyle style) {
    float[] x = gaussian(2 * 10);
    float[] cosines = {0.6f, 1, 0};
    float[] sines = {0.8f, 0, 1};
    float[] rotated = x.clone();
    reference.rotate(style, rotated, 0, 2, 10, cosines, sines, 0, 3);
    int partner = style == RotaryStyle.ADJACENT ? 1 : 3;
    for (int head = 0; head < 20; head += 10) {
      assertThat(rotated[head]).isEqualTo(x[head] * 0.6f - x[head + partner] * 0.8f);
      assertThat(Math.hypot(rotated[head], rotated[head + partner]))
          .isCloseTo(Math.hypot(x[head], x[head + partner]), within(1e-5));
      for (int i = 6; i < 10; i++) {
        assertThat(rotated[head + i]).isEqualTo(x[head + i]);
      }
    }
    both(x, (k, y) -> k.rotate(style, y, 0, 2, 10, cosines, sines, 0, 3), 1e-6);
  }

  private interface Verb {
    void on(Kernels kernels, float[] x);
  }

  private void both(float[] input, Verb verb, double tolerance) {
    float[] wanted = input.clone();
    float[] found = input.clone();
    verb.on(reference, wanted);
    verb.on(vector, found);
    assertThat(wanted).isNotEqualTo(input);
    for (int i = 0; i < wanted.length; i++) {
      double allowed = tolerance * Math.max(1, Math.abs(wanted[i]));
      assertThat((double) found[i]).as("element %d", i).isCloseTo(wanted[i], within(allowed));
    }
  }

  private float[] gaussian(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
