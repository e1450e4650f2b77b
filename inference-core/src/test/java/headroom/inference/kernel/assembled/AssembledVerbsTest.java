package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small verbs of the assembled kernels against the reference, from an odd place on. */
class AssembledVerbsTest {
  @SuppressWarnings("NullAway.Init") // set before all tests
  private static Kernels assembled;

  private final Kernels reference = new ReferenceKernels();
  private final Random random = new Random(21);

  @BeforeAll
  static void assemble() {
    PageSource pages = PageSource.ofSystem();
    Optional<Machine> machine = Processors.here(pages);
    assumeTrue(machine.isPresent(), "this processor has no instructions that kernels are made of");
    assembled = AssembledKernels.checked(machine.get(), pages, new ReferenceKernels());
  }

  @AfterAll
  static void release() {
    if (assembled != null) {
      assembled.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 33, 47, 256, 2049})
  void normsSumsAndGatesAgreeAndTouchNothingElse(int size) {
    float[] x = gaussian(size + 6);
    float[] y = gaussian(size + 6);
    both(x, (k, z) -> k.rmsNorm(z, 3, y, size, 1e-5f, z, 3));
    both(x, (k, z) -> k.add(z, 3, y, 2, size));
    both(x, (k, z) -> k.addScaled(z, 3, 0.7f, y, 2, size));
    float[] gates = x.clone();
    gates[3] = 100;
    gates[2 + size] = -100;
    for (Activation activation : Activation.values()) {
      both(gates, (k, z) -> k.gate(activation, z, y, 3, size));
    }
  }

  @ParameterizedTest
  @EnumSource(RotaryStyle.class)
  void rotationsAgreeAndLeaveTheRestOfTheHead(RotaryStyle style) {
    for (int pairs : new int[] {1, 5, 8, 19, 32, 67}) {
      int size = 2 * pairs + pairs % 3;
      float[] cosines = gaussian(pairs + 4);
      float[] sines = gaussian(pairs + 4);
      for (int heads = 1; heads <= 3; heads++) {
        int count = heads;
        both(
            gaussian(3 + heads * size + 1),
            (k, z) -> k.rotate(style, z, 3, count, size, cosines, sines, 4, pairs));
      }
    }
  }

  @Test
  void whatReachesBehindAnArrayIsRefused() {
    float[] x = new float[10];
    float[] y = new float[9];
    assertThatThrownBy(() -> assembled.rmsNorm(x, 0, y, 10, 0, x, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> assembled.addScaled(x, 1, 1, y, 0, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> assembled.rotate(RotaryStyle.HALVES, x, 0, 2, 5, y, y, 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private interface Verb {
    void on(Kernels kernels, float[] x);
  }

  private void both(float[] input, Verb verb) {
    float[] wanted = input.clone();
    float[] found = input.clone();
    verb.on(reference, wanted);
    verb.on(assembled, found);
    assertThat(wanted).isNotEqualTo(input);
    for (int i = 0; i < wanted.length; i++) {
      double allowed = 1e-5 * Math.max(1, Math.abs(wanted[i]));
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
