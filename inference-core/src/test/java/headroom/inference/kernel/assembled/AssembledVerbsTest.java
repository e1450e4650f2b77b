package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
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
    List<Machine> machines = Processors.here(pages);
    assumeTrue(!machines.isEmpty(), "this processor has no instructions that kernels are made of");
    assembled = AssembledKernels.checked(machines.getFirst(), pages, new ReferenceKernels());
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

  /** Every format that can be read, whoever decodes it: a rounding apart, and nothing else. */
  @ParameterizedTest
  @MethodSource("formats")
  void rowsAreDecodedAsTheCodecDoes(QuantFormat format) {
    for (int blocks : new int[] {1, 2, 3}) {
      int columns = Math.max(format.weightsPerBlock(), PackedLayout.BLOCK) * blocks;
      byte[] bytes = new byte[(int) format.bytesFor(3L * columns).value()];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= (byte) 0xBB; // clears the top exponent bit of any half, wherever it lies
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment data = arena.allocate(bytes.length);
        data.copyFrom(MemorySegment.ofArray(bytes));
        Tensor rows = new Tensor("rows", format, List.of((long) columns, 3L), data);
        for (int row = 0; row < 3; row++) {
          float[] wanted = gaussian(columns + 9);
          float[] found = wanted.clone();
          reference.decode(rows, row, wanted, 4);
          assembled.decode(rows, row, found, 4);
          float largest = 0;
          for (float value : wanted) {
            largest = Math.max(largest, Math.abs(value));
          }
          assertThat(found).containsExactly(wanted, within(Math.ulp(largest)));
        }
      }
    }
  }

  static Set<QuantFormat> formats() {
    return Codecs.decodable();
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
