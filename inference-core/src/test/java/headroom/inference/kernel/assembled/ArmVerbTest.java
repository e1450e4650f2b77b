package headroom.inference.kernel.assembled;

import static headroom.inference.assembler.arm.QemuProgram.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.assembler.arm.QemuProgram;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.assembled.arm.InstructionSet;
import headroom.inference.kernel.reference.ReferenceKernels;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels of AArch64 over single arrays under qemu-user, against the reference; skipped where that
 * is not installed.
 */
class ArmVerbTest {
  private static final InstructionSet SET = InstructionSet.DOTPROD;
  private static final int SKIPPED = Float.BYTES; // offsets are the array's, not the address's

  private final ReferenceKernels reference = new ReferenceKernels();
  private final Random random = new Random(6);
  private final QemuProgram program = new QemuProgram();

  @BeforeAll
  static void findEmulator() {
    QemuProgram.assumeEmulator();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 8, 17, 33, 256, 2051})
  void normsAreThoseOfTheReference(int size) throws Exception {
    float[] x = TileExamples.gaussian(size + 1, random);
    float[] weight = TileExamples.gaussian(size, random);
    long xAt = program.floats(x);
    call(SET.norm(), xAt, program.floats(weight), xAt, size, Float.floatToRawIntBits(1e-5f), 0);
    float[] wanted = x.clone();
    reference.rmsNorm(x, 0, weight, size, 1e-5f, wanted, 0);
    expect(xAt, wanted, 2e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 8, 15, 256})
  void sumsAreThoseOfTheReference(int size) throws Exception {
    float[] x = TileExamples.gaussian(size + 1, random);
    float[] delta = TileExamples.gaussian(size, random);
    long xAt = program.floats(x);
    int scale = Float.floatToRawIntBits(-0.7f);
    call(SET.addScaled(), xAt, program.floats(delta), xAt, size, scale, 0);
    float[] wanted = x.clone();
    reference.addScaled(wanted, 0, -0.7f, delta, 0, size);
    expect(xAt, wanted, 1e-6);
  }

  @ParameterizedTest
  @EnumSource(RotaryStyle.class)
  void rotationsAreThoseOfTheReference(RotaryStyle style) throws Exception {
    for (int pairs : new int[] {1, 3, 4, 9, 32, 67}) {
      for (int heads = 1; heads <= 3; heads++) {
        rotate(style, pairs, heads);
      }
    }
    program.run(QemuProgram.PLAIN);
  }

  private void rotate(RotaryStyle style, int pairs, int heads) {
    int size = 2 * pairs + pairs % 3;
    float[] x = TileExamples.gaussian(heads * size + 1, random);
    float[] cosines = TileExamples.gaussian(pairs, random);
    float[] sines = TileExamples.gaussian(pairs, random);
    long xAt = program.floats(x);
    long cosinesAt = program.floats(cosines);
    long stride = (long) size * Float.BYTES;
    call(SET.rotate(style), xAt, cosinesAt, program.floats(sines), pairs, heads, stride);
    float[] wanted = x.clone();
    reference.rotate(style, wanted, 0, heads, size, cosines, sines, 0, pairs);
    program.check(
        after -> {
          for (int i = 0; i < wanted.length; i++) {
            assertThat(at(after, xAt, i)).as("%d pairs, element %d", pairs, i).isEqualTo(wanted[i]);
          }
        });
  }

  /** A kernel over three arrays, as offsets into each. */
  private void call(byte[] kernel, long x, long y, long z, long first, long second, long third) {
    program.call(
        program.function(kernel),
        at(x) - SKIPPED,
        SKIPPED,
        at(y) - SKIPPED,
        SKIPPED,
        at(z) - SKIPPED,
        SKIPPED,
        first,
        second,
        third);
  }

  private void expect(long place, float[] wanted, double tolerance) throws Exception {
    program.check(
        after -> {
          for (int i = 0; i < wanted.length; i++) {
            assertThat((double) at(after, place, i))
                .as("element %d of %d", i, wanted.length)
                .isCloseTo(wanted[i], within(tolerance * Math.max(1, Math.abs(wanted[i]))));
          }
        });
    program.run(QemuProgram.PLAIN);
  }
}
