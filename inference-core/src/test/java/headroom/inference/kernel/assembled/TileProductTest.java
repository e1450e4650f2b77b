package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.codec.LittleEndian;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.Threads;
import headroom.inference.kernel.assembled.x86.InstructionSet;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every assembled kernel against the scalar reference, over odd sizes and extreme values. */
class TileProductTest {
  private static final int[] ROWS = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 81};
  private static final int[] COLUMNS = {32, 64, 256, 512, 1024 + 32, 2048 + 256};
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17};

  private static final Threads threads = new Threads(2);

  private static KernelLibrary library;

  @BeforeAll
  static void assemble() {
    List<Machine> machines = Processors.here(PageSource.ofSystem());
    assumeTrue(!machines.isEmpty(), "this processor has no instructions that kernels are made of");
    library = new KernelLibrary(machines.getFirst(), PageSource.ofSystem());
  }

  @AfterAll
  static void close() {
    threads.close();
    if (library != null) {
      library.close();
    }
  }

  static List<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    for (QuantFormat format : TileFormat.supported()) {
      for (int columns : COLUMNS) {
        if (format.fitsRow(columns)) {
          shapes.add(Arguments.of(format, columns));
        }
      }
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void productsAreThoseOfDecodedRowsAndPackedActivations(QuantFormat format, int columns) {
    Random random = new Random(columns);
    for (int rows : ROWS) {
      Tensor weight = TileExamples.weight(format, columns, rows, random);
      for (int tokens : TOKENS) {
        agree(weight, TileExamples.gaussian(tokens * columns, random), tokens);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void extremeActivationsNeitherOverflowNorSaturate(QuantFormat format, int columns) {
    Tensor weight = TileExamples.largestCodes(format, columns, 9);
    for (float value : new float[] {1, -1, 1e-12f, 1e12f}) {
      float[] x = new float[2 * columns];
      Arrays.fill(x, value);
      agree(weight, x, 2);
    }
    agree(weight, new float[columns], 1);
  }

  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void rowsAreRepackedByMachineCodeAsByJava(InstructionSet set) {
    PageSource pages = PageSource.ofSystem();
    try (KernelLibrary other = new KernelLibrary(set, pages);
        Arena arena = Arena.ofShared()) {
      for (QuantFormat format : TileFormat.supported()) {
        Tensor heap = TileExamples.weight(format, 512, 37, new Random(3));
        MemorySegment data = arena.allocate(heap.data().byteSize());
        data.copyFrom(heap.data());
        TileFormat tiles = TileFormat.of(format, set).orElseThrow();
        long bytes = AssembledLinear.bytes(heap, tiles, set.lanes());
        MemorySegment wanted = arena.allocate(bytes, 64);
        MemorySegment found = arena.allocate(bytes, 64);
        Tensor outside = new Tensor("outside", format, heap.shape(), data);
        assertThat(new AssembledLinear(heap, tiles, other, wanted, threads).rows()).isEqualTo(37);
        assertThat(new AssembledLinear(outside, tiles, other, found, threads).rows()).isEqualTo(37);
        assertThat(found.mismatch(wanted)).as("%s", format).isEqualTo(-1);
      }
    }
  }

  private static void agree(Tensor weight, float[] x, int tokens) {
    int rows = weight.rows();
    int columns = weight.columns();
    TileFormat tiles = TileFormat.of(weight.format(), library.machine()).orElseThrow();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory =
          arena.allocate(AssembledLinear.bytes(weight, tiles, library.machine().lanes()), 64);
      AssembledLinear assembled = new AssembledLinear(weight, tiles, library, memory, threads);
      float[] packed = unpacked(assembled, x, tokens, columns);
      assertThat(farthest(packed, x, assembled.packing().columns()))
          .as("%s, %d columns: steps of 127 between packed and given", weight.format(), columns)
          .isLessThanOrEqualTo(0.501);
      double[] wanted = TileExamples.exact(weight, packed, tokens);
      float[] found = new float[tokens * rows];
      // Ranges that cut tiles, as callers may ask for them.
      int cut = rows / 3;
      assembled.multiply(x, tokens, found, 0, cut, new Lane());
      assembled.multiply(x, tokens, found, cut, rows, new Lane());
      // Every block's sum is rounded a few times, and so is what it is added to.
      double roundings = columns / (double) PackedLayout.BLOCK + 4;
      double allowed = TileExamples.magnitude(weight, packed) * columns * roundings * 0x1p-24;
      for (int i = 0; i < wanted.length; i++) {
        // Not the other way round: what is not a number must fail too.
        if (!(Math.abs(found[i] - wanted[i]) <= allowed)) {
          fail(
              "%s [%d x %d], %d tokens, element %d is %s; wanted %s give or take %s",
              weight.format(), rows, columns, tokens, i, found[i], wanted[i], allowed);
        }
      }
    }
  }

  /** How far activations moved at most, in steps: each run of them has 127 for its largest. */
  private static double farthest(float[] packed, float[] x, int run) {
    double farthest = 0;
    for (int first = 0; first < x.length; first += run) {
      float largest = 0;
      for (int i = first; i < first + run; i++) {
        largest = Math.max(largest, Math.abs(x[i]));
      }
      for (int i = first; i < first + run; i++) {
        double moved = Math.abs(packed[i] - x[i]);
        farthest = Math.max(farthest, moved == 0 ? 0 : moved / (largest / 127));
      }
    }
    return farthest;
  }

  /** The activations that the packed bytes stand for, read by the layout's description. */
  private static float[] unpacked(AssembledLinear linear, float[] x, int tokens, int columns) {
    PackedInput input = new PackedInput();
    linear.reserve(input, tokens);
    for (int part = 0; part < linear.packingParts(tokens); part++) {
      linear.pack(x, tokens, part, input);
    }
    float[] found = new float[x.length];
    MemorySegment memory = input.memory();
    Packing packing = linear.packing();
    int together = library.machine().columnsTogether();
    for (int t = 0; t < tokens; t++) {
      int group = t / PackedLayout.GROUP;
      int count = PackedLayout.tokensOf(group, tokens);
      int slot = t % PackedLayout.GROUP;
      for (int c = 0; c < columns; c++) {
        int run = c / packing.columns();
        int column = c % packing.columns();
        long start =
            packing.groupAt(group, columns) + run * packing.bytes(count, packing.columns());
        long scaleAt =
            packing == Packing.BLOCKS
                ? PackedLayout.scaleAt(slot, count)
                : (long) count * SuperLayout.COLUMNS + SuperLayout.scaleAt(slot, count);
        float scale = memory.get(LittleEndian.FLOAT, start + scaleAt);
        long at = start + PackedLayout.codeAt(column, slot, count, together);
        found[t * columns + c] = memory.get(ValueLayout.JAVA_BYTE, at) * scale;
      }
    }
    return found;
  }

  @Test
  void formatsWithTilesAreThese() {
    assertThat(TileFormat.supported())
        .containsExactlyInAnyOrder(
            QuantFormat.Q8_0,
            QuantFormat.Q4_0,
            QuantFormat.Q4_1,
            QuantFormat.Q5_0,
            QuantFormat.Q5_1,
            QuantFormat.Q2_K,
            QuantFormat.Q3_K,
            QuantFormat.Q4_K,
            QuantFormat.Q5_K,
            QuantFormat.Q6_K,
            QuantFormat.IQ4_NL,
            QuantFormat.IQ4_XS,
            QuantFormat.MXFP4);
  }
}
