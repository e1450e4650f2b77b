package headroom.inference.kernel.assembled;

import static headroom.inference.assembler.arm.QemuProgram.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.assembler.arm.QemuProgram;
import headroom.inference.kernel.assembled.arm.InstructionSet;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What attention is made of on AArch64, under qemu-user; skipped where that is not installed. */
class ArmAttentionTest {
  private static final InstructionSet SET = InstructionSet.DOTPROD;
  private static final float UNTOUCHED = 42;

  private final Random random = new Random(4);
  private final QemuProgram program = new QemuProgram();

  @BeforeAll
  static void findEmulator() {
    QemuProgram.assumeEmulator();
  }

  static List<CachedFormat> cachedFormats() {
    return CachedFormat.all();
  }

  @ParameterizedTest
  @MethodSource("cachedFormats")
  void cachedKeysAreScored(CachedFormat format) throws Exception {
    for (int size : new int[] {32, 64, 128}) {
      for (int cells : new int[] {1, 2, 7, 64}) {
        for (int queries = 1; queries <= CachedFormat.QUERIES; queries++) {
          score(format, size, cells, queries);
        }
      }
    }
    program.run(QemuProgram.PLAIN);
  }

  private void score(CachedFormat format, int size, int cells, int queries) {
    StoredRows keys = StoredRows.of(format.stored(), size, cells, random);
    float[] x = TileExamples.gaussian(queries * size, random);
    float[] empty = new float[queries * ScoreRow.FLOATS];
    Arrays.fill(empty, UNTOUCHED);
    long keysAt = program.data(keys.bytes());
    long xAt = program.floats(x);
    long scoresAt = program.floats(empty);
    int skipped = Float.BYTES;
    program.call(
        program.function(SET.score(format, queries)),
        at(keysAt),
        at(xAt) - skipped,
        skipped,
        at(scoresAt) - skipped,
        skipped,
        size / PackedLayout.BLOCK,
        keys.stride(),
        0,
        cells);
    program.check(
        after -> {
          for (int q = 0; q < queries; q++) {
            for (int c = 0; c < cells; c++) {
              double wanted = 0;
              for (int i = 0; i < size; i++) {
                wanted += (double) keys.values()[c][i] * x[q * size + i];
              }
              assertThat((double) at(after, scoresAt, q * ScoreRow.FLOATS + c))
                  .as("%s, %d elements, cell %d of %d, query %d", format, size, c, cells, q)
                  .isCloseTo(wanted, within(1e-4));
            }
            assertThat(at(after, scoresAt, q * ScoreRow.FLOATS + cells)).isEqualTo(UNTOUCHED);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("cachedFormats")
  void valuesAreMixedByTheirShares(CachedFormat format) throws Exception {
    for (int size : new int[] {8, 32, 40, 128}) {
      for (int cells : new int[] {1, 7, 64}) {
        for (int queries = 1; queries <= CachedFormat.QUERIES; queries++) {
          if (!format.hasScale() || size % PackedLayout.BLOCK == 0) {
            mix(format, size, cells, queries);
          }
        }
      }
    }
    program.run(QemuProgram.PLAIN);
  }

  private void mix(CachedFormat format, int size, int cells, int queries) {
    StoredRows values = StoredRows.of(format.stored(), size, cells, random);
    float[] scores = TileExamples.gaussian(queries * ScoreRow.FLOATS, random);
    float[] before = TileExamples.gaussian(queries * size + 1, random);
    long valuesAt = program.data(values.bytes());
    long scoresAt = program.floats(scores);
    long outAt = program.floats(before);
    int skipped = 2 * Float.BYTES;
    program.call(
        program.function(SET.mix(format, queries)),
        at(valuesAt),
        at(scoresAt) - skipped,
        skipped,
        at(outAt) - skipped,
        skipped,
        size / RowFormat.STEP,
        values.stride(),
        (long) size * Float.BYTES,
        cells);
    program.check(
        after -> {
          for (int q = 0; q < queries; q++) {
            for (int i = 0; i < size; i++) {
              int row = q * ScoreRow.FLOATS;
              double wanted = scores[row + ScoreRow.SHRINK] * (double) before[q * size + i];
              for (int c = 0; c < cells; c++) {
                wanted += (double) scores[row + c] * values.values()[c][i];
              }
              assertThat((double) at(after, outAt, q * size + i))
                  .as("%s, %d elements, %d cells, query %d", format, size, cells, q)
                  .isCloseTo(wanted, within(1e-4));
            }
          }
          assertThat(at(after, outAt, queries * size)).isEqualTo(before[queries * size]);
        });
  }

  @Test
  void sharesAreExponentialsOverTheWholeRange() throws Exception {
    for (float largest : new float[] {-300, 0, 17.25f, 80}) {
      soften(largest, 0, 8);
      soften(largest, 2, 11);
      soften(largest, 7, 63);
      soften(largest, 0, ScoreRow.CELLS);
    }
    program.run(QemuProgram.PLAIN);
  }

  private void soften(float largest, int first, int last) {
    int count = 3;
    float[] rows = new float[count * ScoreRow.FLOATS];
    for (int r = 0; r < count; r++) {
      int row = r * ScoreRow.FLOATS;
      for (int i = 0; i < ScoreRow.CELLS; i++) {
        rows[row + i] = largest - (i - first) * (i - first) / (47f + r);
      }
      rows[row + first + 1] = Float.NEGATIVE_INFINITY;
      rows[row + ScoreRow.LARGEST] = largest - 2;
      rows[row + ScoreRow.SUM] = 3;
    }
    long rowsAt = program.floats(rows);
    program.call(
        program.function(SET.soften()),
        0,
        at(rowsAt) - Float.BYTES,
        Float.BYTES,
        0,
        0,
        first,
        last,
        0,
        count);
    program.check(
        after -> {
          for (int r = 0; r < count; r++) {
            int row = r * ScoreRow.FLOATS;
            double sum = 3 * Math.exp(-2);
            for (int i = 0; i < ScoreRow.CELLS; i++) {
              float before = rows[row + i];
              boolean seen = i >= first && i < last;
              double wanted = seen ? Math.exp(before - (double) largest) : 0;
              // The kernel takes the difference in floats: a score of 300 has steps of 3e-5.
              assertThat((double) at(after, rowsAt, row + i))
                  .isCloseTo(wanted, within(seen ? 3e-5 * wanted + 1e-37 : 0));
              sum += wanted;
            }
            assertThat(at(after, rowsAt, row + ScoreRow.LARGEST)).isEqualTo(largest);
            assertThat((double) at(after, rowsAt, row + ScoreRow.SUM)).isCloseTo(sum, within(1e-4));
            assertThat((double) at(after, rowsAt, row + ScoreRow.SHRINK))
                .isCloseTo(Math.exp(-2), within(1e-7));
          }
        });
  }

  @Test
  void whatIsNotSeenHasNoShare() throws Exception {
    float[] rows = TileExamples.gaussian(2 * ScoreRow.FLOATS, random);
    long rowsAt = program.floats(rows);
    program.call(program.function(SET.soften()), 0, at(rowsAt), 0, 0, 0, 64, 64, 0, 2);
    program.check(
        after -> {
          for (int r = 0; r < 2; r++) {
            int row = r * ScoreRow.FLOATS;
            for (int i = 0; i < ScoreRow.CELLS; i++) {
              assertThat(at(after, rowsAt, row + i)).isZero();
            }
            assertThat(at(after, rowsAt, row + ScoreRow.SHRINK)).isEqualTo(1);
            assertThat(at(after, rowsAt, row + ScoreRow.SUM)).isEqualTo(rows[row + ScoreRow.SUM]);
          }
        });
    program.run(QemuProgram.PLAIN);
  }

  @Test
  void queriesAreScaledAndNothingIsSeenYet() throws Exception {
    int queries = 3;
    float[] query = TileExamples.gaussian(queries * 24, random);
    float[] rows = TileExamples.gaussian(queries * ScoreRow.FLOATS, random);
    long queryAt = program.floats(query);
    long intoAt = program.floats(new float[query.length + 1]);
    long rowsAt = program.floats(rows);
    program.call(
        program.function(SET.start()),
        at(queryAt) - Float.BYTES,
        Float.BYTES,
        at(intoAt),
        at(rowsAt),
        query.length,
        queries,
        Float.floatToRawIntBits(0.3f));
    program.check(
        after -> {
          for (int i = 0; i < query.length; i++) {
            assertThat(at(after, intoAt, i)).isEqualTo(query[i] * 0.3f);
          }
          assertThat(at(after, intoAt, query.length)).isZero();
          for (int q = 0; q < queries; q++) {
            int row = q * ScoreRow.FLOATS;
            assertThat(at(after, rowsAt, row + ScoreRow.LARGEST))
                .isEqualTo(Float.NEGATIVE_INFINITY);
            assertThat(at(after, rowsAt, row + ScoreRow.SUM)).isZero();
            assertThat(at(after, rowsAt, row)).isEqualTo(rows[row]);
          }
        });
    program.run(QemuProgram.PLAIN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasMixedIsDividedOrHandedOn(boolean part) throws Exception {
    int queries = 3;
    int size = 24;
    float[] rows = TileExamples.gaussian(queries * ScoreRow.FLOATS, random);
    float[] mixed = TileExamples.gaussian(queries * size, random);
    int stride = part ? size + 2 : size;
    float[] empty = new float[queries * stride + 1];
    empty[queries * stride] = UNTOUCHED;
    long rowsAt = program.floats(rows);
    long mixedAt = program.floats(mixed);
    long outAt = program.floats(empty);
    program.call(
        program.function(part ? SET.endPart() : SET.end()),
        at(outAt) - Float.BYTES,
        Float.BYTES,
        at(rowsAt),
        at(mixedAt),
        size,
        queries);
    program.check(
        after -> {
          for (int q = 0; q < queries; q++) {
            float sum = rows[q * ScoreRow.FLOATS + ScoreRow.SUM];
            for (int i = 0; i < size; i++) {
              float value = mixed[q * size + i];
              assertThat(at(after, outAt, q * stride + i))
                  .isEqualTo(part ? value : value * (1 / sum));
            }
            if (part) {
              float largest = rows[q * ScoreRow.FLOATS + ScoreRow.LARGEST];
              assertThat(at(after, outAt, q * stride + size)).isEqualTo(largest);
              assertThat(at(after, outAt, q * stride + size + 1)).isEqualTo(sum);
            }
          }
          assertThat(at(after, outAt, queries * stride)).isEqualTo(UNTOUCHED);
        });
    program.run(QemuProgram.PLAIN);
  }
}
