package headroom.inference.kernel.assembled;

import static headroom.inference.assembler.arm.QemuProgram.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.assembler.arm.QemuProgram;
import headroom.inference.kernel.assembled.arm.InstructionSet;
import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kernels of AArch64 over rows under qemu-user; skipped where that is not installed. */
class ArmRowTest {
  private static final InstructionSet SET = InstructionSet.DOTPROD;
  private static final float UNTOUCHED = 42;

  private final Random random = new Random(4);
  private final QemuProgram program = new QemuProgram();

  @BeforeAll
  static void findEmulator() {
    QemuProgram.assumeEmulator();
  }

  @ParameterizedTest
  @EnumSource(RowFormat.class)
  void scalarProductsAreThoseOfDecodedRows(RowFormat format) throws Exception {
    for (int columns : new int[] {8, 24, 32, 264}) {
      for (int count : new int[] {1, 3, 4, 5, 9}) {
        for (int vectors = 1; vectors <= RowFormat.VECTORS; vectors++) {
          dot(format, columns, count, vectors);
        }
      }
    }
    program.run(QemuProgram.PLAIN);
  }

  private void dot(RowFormat format, int columns, int count, int vectors) {
    StoredRows rows = StoredRows.of(format.stored(), columns, count, random);
    float[] x = TileExamples.gaussian(vectors * columns, random);
    float[] empty = new float[vectors * (count + 1) + 1];
    Arrays.fill(empty, UNTOUCHED);
    long rowsAt = program.data(rows.bytes());
    long xAt = program.floats(x);
    long outAt = program.floats(empty);
    int skipped = Float.BYTES; // offsets are the array's, not the address's
    program.call(
        program.function(SET.dot(format, vectors)),
        at(rowsAt),
        at(xAt) - skipped,
        skipped,
        at(outAt) - skipped,
        skipped,
        columns / RowFormat.STEP,
        rows.stride(),
        (long) (count + 1) * Float.BYTES,
        count);
    program.check(
        after -> {
          for (int v = 0; v < vectors; v++) {
            for (int r = 0; r < count; r++) {
              double wanted = 0;
              for (int c = 0; c < columns; c++) {
                wanted += (double) rows.values()[r][c] * x[v * columns + c];
              }
              assertThat((double) at(after, outAt, v * (count + 1) + r))
                  .as("%s, %d columns, %d of %d rows, vector %d", format, columns, r, count, v)
                  .isCloseTo(wanted, within(1e-4));
            }
            assertThat(at(after, outAt, v * (count + 1) + count)).isEqualTo(UNTOUCHED);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(CacheFormat.class)
  void cachedRowsAreDecodedAsByTheirCodec(CacheFormat format) throws Exception {
    int count = 5;
    for (int columns : new int[] {32, 64, 96}) {
      StoredRows rows = StoredRows.of(format.stored(), columns, count, random);
      long rowsAt = program.data(rows.bytes());
      float[] empty = new float[count * columns + 1];
      empty[count * columns] = UNTOUCHED;
      long outAt = program.floats(empty);
      program.call(
          program.function(SET.decode(format)),
          at(rowsAt),
          0,
          0,
          at(outAt) - Float.BYTES,
          Float.BYTES,
          columns / PackedLayout.BLOCK,
          rows.stride(),
          (long) columns * Float.BYTES,
          count);
      program.check(
          after -> {
            for (int i = 0; i < count * columns; i++) {
              assertThat(at(after, outAt, i))
                  .isCloseTo(rows.values()[i / columns][i % columns], within(2e-6f));
            }
            assertThat(at(after, outAt, count * columns)).isEqualTo(UNTOUCHED);
          });
    }
    program.run(QemuProgram.PLAIN);
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_K", "Q5_K", "Q6_K"})
  void rowsOfSuperBlocksAreDecodedAsByTheirCodec(QuantFormat format) throws Exception {
    byte[] code = SET.decodeRow(format).orElseThrow();
    for (int columns : new int[] {256, 512, 768}) {
      StoredRows rows = StoredRows.of(format, columns, 1, random);
      long rowAt = program.data(rows.bytes());
      float[] empty = new float[columns + 1];
      empty[columns] = UNTOUCHED;
      long outAt = program.floats(empty);
      program.call(
          program.function(code),
          at(rowAt),
          0,
          at(outAt) - Float.BYTES,
          Float.BYTES,
          columns / format.weightsPerBlock());
      program.check(
          after -> {
            for (int i = 0; i < columns; i++) {
              assertThat(at(after, outAt, i)).isEqualTo(rows.values()[0][i]);
            }
            assertThat(at(after, outAt, columns)).isEqualTo(UNTOUCHED);
          });
    }
    program.run(QemuProgram.PLAIN);
  }

  @Test
  void gatesAreThoseOfDoublePrecision() throws Exception {
    float[] x = TileExamples.gaussian(40, random);
    float[] up = TileExamples.gaussian(40, random);
    float[] far = {-1e9f, -200, -86, -60, 0, 60, 200, 1e9f};
    System.arraycopy(far, 0, x, 8, far.length);
    long xAt = program.floats(x);
    long upAt = program.floats(up);
    program.call(
        program.function(SET.gate()),
        0,
        at(upAt) - Float.BYTES,
        Float.BYTES,
        at(xAt) - Float.BYTES,
        Float.BYTES,
        x.length / RowFormat.STEP - 1);
    program.check(
        after -> {
          for (int i = 0; i < x.length; i++) {
            // Where the exponential is no float the kernel takes e^86 for it.
            double wanted = x[i] / (1 + Math.exp(Math.min(-x[i], 86.0))) * up[i];
            assertThat((double) at(after, xAt, i))
                .isCloseTo(i < 32 ? wanted : x[i], within(2e-6 * Math.abs(wanted) + 1e-7));
          }
        });
    program.run(QemuProgram.PLAIN);
  }

  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void peaksEnd(InstructionSet set) throws Exception {
    program.call(program.function(set.peakOfBytes().code()), 0, 0, 0, 0, 1000);
    program.call(program.function(set.peakOfFloats().code()), 0, 0, 0, 0, 1000);
    program.run("max");
  }
}
