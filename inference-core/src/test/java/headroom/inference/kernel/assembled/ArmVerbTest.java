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
    long weightAt = program.floats(weight);
    program.call(
        program.function(SET.norm()),
        at(xAt) - SKIPPED,
        SKIPPED,
        at(weightAt) - SKIPPED,
        SKIPPED,
        at(xAt) - SKIPPED,
        SKIPPED,
        size,
        Float.floatToRawIntBits(1e-5f));
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
    long deltaAt = program.floats(delta);
    program.call(
        program.function(SET.addScaled()),
        at(xAt) - SKIPPED,
        SKIPPED,
        at(deltaAt) - SKIPPED,
        SKIPPED,
        0,
        0,
        size,
        Float.floatToRawIntBits(-0.7f));
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
    program.call(
        program.function(SET.rotate(style)),
        at(xAt) - SKIPPED,
        SKIPPED,
        at(program.floats(cosines)) - SKIPPED,
        SKIPPED,
        at(program.floats(sines)) - SKIPPED,
        SKIPPED,
        pairs,
        heads,
        (long) size * Float.BYTES);
    float[] wanted = x.clone();
    reference.rotate(style, wanted, 0, heads, size, cosines, sines, 0, pairs);
    program.check(
        after -> {
          for (int i = 0; i < wanted.length; i++) {
            assertThat(at(after, xAt, i)).as("%d pairs, element %d", pairs, i).isEqualTo(wanted[i]);
          }
        });
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
