package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.assembler.arm.QemuProgram;
import headroom.inference.codec.LittleEndian;
import headroom.inference.kernel.assembled.arm.InstructionSet;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of AArch64 under qemu-user, over odd sizes; skipped where qemu is not installed. */
class ArmTileTest {
  /** With {@code mvn -Parm} more of them. */
  private static final int[] COLUMNS =
      Boolean.getBoolean("headroom.arm")
          ? new int[] {32, 64, 96, 256, 512, 1024 + 32, 2048 + 256}
          : new int[] {32, 96, 512};

  private static final int ROWS = 7; // a tile and most of another

  @BeforeAll
  static void findEmulator() {
    QemuProgram.assumeEmulator();
  }

  static List<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    for (InstructionSet set : InstructionSet.values()) {
      for (QuantFormat format : TileFormat.supported()) {
        shapes.add(Arguments.of(set, format));
      }
    }
    return shapes;
  }

  /** One that has the instructions and nothing newer; for I8MM qemu has no other. */
  private static String processor(InstructionSet set) {
    return set == InstructionSet.DOTPROD ? "neoverse-n1" : "max";
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void productsAreThoseOfDecodedRowsAndPackedActivations(InstructionSet set, QuantFormat format)
      throws Exception {
    Random random = new Random(format.ordinal());
    QemuProgram program = new QemuProgram();
    for (int columns : COLUMNS) {
      if (format.fitsRow(columns)) {
        Tensor weight = TileExamples.weight(format, columns, ROWS, random);
        for (int tokens = 1; tokens <= PackedLayout.GROUP; tokens++) {
          float[] x = TileExamples.gaussian(tokens * columns, random);
          program.check(new Product(program, set, weight, x, tokens)::check);
        }
      }
    }
    Tensor largest = TileExamples.largestCodes(format, 256, ROWS);
    for (float value : new float[] {1, -1, 1e-12f, 1e12f, 0}) {
      float[] x = new float[3 * 256];
      Arrays.fill(x, value);
      program.check(new Product(program, set, largest, x, 3)::check);
    }
    program.run(processor(set));
  }

  /** One group of tokens packed, and multiplied with every tile of a weight. */
  private static final class Product {
    private static final float UNTOUCHED = 42;

    private final InstructionSet set;
    private final Tensor weight;
    private final float[] x;
    private final int tokens;
    private final int paddedRows;
    private final long packedAt;
    private final long outAt;

    Product(QemuProgram program, InstructionSet set, Tensor weight, float[] x, int tokens) {
      this.set = set;
      this.weight = weight;
      this.x = x;
      this.tokens = tokens;
      int columns = weight.columns();
      int blocks = columns / PackedLayout.BLOCK;
      TileFormat format = TileFormat.of(weight.format(), set).orElseThrow();
      long tileBytes = format.tileBytes(columns, set.lanes());
      byte[] tiles = tiles(weight, format, set);
      int count = (int) (tiles.length / tileBytes);
      paddedRows = count * set.lanes();
      long xAt = program.floats(x);
      packedAt = program.data(new byte[(int) Packing.BLOCKS.bytes(tokens, columns)]);
      long tilesAt = program.data(tiles);
      float[] out = new float[tokens * paddedRows + 1];
      out[tokens * paddedRows] = UNTOUCHED;
      outAt = program.floats(out);
      long pack = program.function(set.pack(Packing.BLOCKS, tokens));
      for (int t = 0; t < tokens; t++) {
        program.call(
            pack,
            QemuProgram.at(packedAt) + PackedLayout.codeAt(0, t, tokens, set.columnsTogether()),
            QemuProgram.at(packedAt) + PackedLayout.scaleAt(t, tokens),
            QemuProgram.at(xAt),
            (long) t * columns * Float.BYTES,
            blocks);
      }
      long product = program.function(set.product(format, tokens));
      for (int tile = 0; tile < count; tile++) {
        program.call(
            product,
            QemuProgram.at(tilesAt) + tile * tileBytes,
            QemuProgram.at(packedAt),
            QemuProgram.at(outAt),
            (long) tile * set.lanes() * Float.BYTES,
            blocks,
            (long) paddedRows * Float.BYTES);
      }
    }

    void check(MemorySegment after) {
      int columns = weight.columns();
      float[] packed = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        int token = i / columns;
        int column = i % columns;
        int block = column / PackedLayout.BLOCK;
        long at = packedAt + (long) block * PackedLayout.BLOCK_BYTES * tokens;
        int code =
            PackedLayout.codeAt(column % PackedLayout.BLOCK, token, tokens, set.columnsTogether());
        float scale = after.get(LittleEndian.FLOAT, at + PackedLayout.scaleAt(token, tokens));
        packed[i] = after.get(ValueLayout.JAVA_BYTE, at + code) * scale;
        assertThat(Math.abs(packed[i] - x[i]))
            .isLessThanOrEqualTo(largest(token * columns + block * PackedLayout.BLOCK) / 253);
      }
      double[] wanted = TileExamples.exact(weight, packed, tokens);
      double scale = TileExamples.magnitude(weight, packed);
      double roundings = columns / (double) PackedLayout.BLOCK + 4;
      for (int t = 0; t < tokens; t++) {
        for (int r = 0; r < paddedRows; r++) {
          float found = after.get(LittleEndian.FLOAT, outAt + 4L * (t * paddedRows + r));
          double exact = r < ROWS ? wanted[t * ROWS + r] : 0;
          assertThat(Math.abs(found - exact))
              .as(
                  "%s %s, %d columns, %d tokens, [%d, %d]",
                  set, weight.format(), columns, tokens, t, r)
              .isLessThanOrEqualTo(scale * columns * roundings * 0x1p-24);
        }
      }
      assertThat(after.get(LittleEndian.FLOAT, outAt + 4L * tokens * paddedRows))
          .isEqualTo(UNTOUCHED);
    }

    private float largest(int from) {
      float largest = 0;
      for (int i = from; i < from + PackedLayout.BLOCK; i++) {
        largest = Math.max(largest, Math.abs(x[i]));
      }
      return largest;
    }
  }

  /** Tiles as Java writes them. */
  private static byte[] tiles(Tensor weight, TileFormat format, InstructionSet set) {
    byte[] tiles = new byte[(int) AssembledLinear.bytes(weight, format, set.lanes())];
    StoredRow row = format.rows().apply(weight.data());
    long tileBytes = format.tileBytes(weight.columns(), set.lanes());
    for (int r = 0; r < weight.rows(); r++) {
      row.moveTo(r * weight.rowBytes());
      long tile = r / set.lanes() * tileBytes;
      MemorySegment into = MemorySegment.ofArray(tiles);
      format.store(row, weight.columns(), into, tile, r % set.lanes(), set.lanes());
    }
    return tiles;
  }

  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void rowsAreRepackedByMachineCodeAsByJava(InstructionSet set)
      throws IOException, InterruptedException {
    for (QuantFormat format : TileFormat.supported()) {
      if (set.repack(format).isEmpty()) {
        continue;
      }
      int columns = 512;
      Tensor weight = TileExamples.weight(format, columns, ROWS, new Random(3));
      TileFormat layout = TileFormat.of(format, set).orElseThrow();
      byte[] wanted = tiles(weight, layout, set);
      QemuProgram program = new QemuProgram();
      long tiles = program.data(new byte[wanted.length]);
      long rows = program.data(weight.data().toArray(ValueLayout.JAVA_BYTE));
      long repack = program.function(set.repack(format).orElseThrow());
      for (int r = 0; r < ROWS; r++) {
        long tile = tiles + r / set.lanes() * layout.tileBytes(columns, set.lanes());
        int lane = r % set.lanes();
        int blocks = columns / PackedLayout.BLOCK;
        long scales = tile + layout.scalesAt(columns, set.lanes());
        long supers = scales + (long) blocks * layout.scales().bytes() * set.lanes();
        program.call(
            repack,
            QemuProgram.at(rows) + r * weight.rowBytes(),
            QemuProgram.at(tile) + (long) lane * Integer.BYTES,
            QemuProgram.at(scales) + (long) lane * layout.scales().rowStride(),
            QemuProgram.at(supers) + (long) lane * Short.BYTES,
            blocks);
      }
      program.check(
          after ->
              assertThat(
                      after.asSlice(tiles, wanted.length).mismatch(MemorySegment.ofArray(wanted)))
                  .as("%s", format)
                  .isEqualTo(-1));
      program.run(processor(set));
    }
  }
}
