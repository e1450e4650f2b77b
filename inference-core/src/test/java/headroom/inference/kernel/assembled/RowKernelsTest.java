package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kvcache.KvCache;
import headroom.inference.tensor.Tensor;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Assembled kernels over rows of floats, and attention made of them, against the reference. */
class RowKernelsTest {
  @SuppressWarnings("NullAway.Init") // set before all tests
  private static Kernels assembled;

  private final Kernels reference = new ReferenceKernels();
  private final Random random = new Random(12);

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
  @EnumSource(RowFormat.class)
  void matricesOfFloatsAreMultipliedWhereTheyLie(RowFormat format) {
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : new int[] {8, 24, 264}) {
        for (int rows : new int[] {1, 2, 3, 4, 5, 7, 8, 33}) {
          Tensor weight = matrix(format.stored(), columns, rows, arena);
          Linear found = assembled.bind(weight);
          assertThat(found).isInstanceOf(RowLinear.class);
          for (int tokens : new int[] {1, 2, 3, 4, 5, 7, 16}) {
            agree(reference.bind(weight), found, gaussian(tokens * columns), tokens);
          }
        }
      }
    }
  }

  private static void agree(Linear reference, Linear found, float[] x, int tokens) {
    int rows = reference.rows();
    float[] wanted = new float[tokens * rows];
    float[] out = new float[tokens * rows];
    reference.multiply(x, tokens, wanted, 0, rows, new Lane());
    int cut = rows / 3;
    found.multiply(x, tokens, out, cut, rows, new Lane());
    for (int t = 0; t < tokens; t++) {
      for (int r = 0; r < cut; r++) {
        assertThat(out[t * rows + r]).as("a row that nobody asked for").isZero();
      }
    }
    found.multiply(x, tokens, out, 0, cut, new Lane());
    assertThat(out).containsExactly(wanted, within(1e-4f));
  }

  @Test
  void rowsThatAreNoWholeRegistersAreLeftToOtherKernels() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = matrix(QuantFormat.F32, 12, 3, arena);
      assertThat(assembled.bind(weight)).isNotInstanceOf(RowLinear.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F32, 0, 1, 2147483647, Infinity, 32, 64",
    "F32, 70, 3, 2147483647, 5, 32, 64",
    "F16, 63, 20, 2147483647, Infinity, 64, 64",
    "F16, 64, 1, 2147483647, Infinity, 128, 128",
    "BF16, 129, 5, 2147483647, Infinity, 64, 80",
    "Q8_0, 100, 17, 2147483647, 30, 32, 64",
    "Q8_0, 127, 2, 2147483647, Infinity, 128, 96",
    "Q4_0, 64, 3, 2147483647, Infinity, 64, 32",
    "Q4_1, 1, 18, 2147483647, Infinity, 32, 128",
    "IQ4_NL, 63, 5, 40, 10, 64, 64",
    "Q5_0, 66, 2, 2147483647, Infinity, 32, 32",
    "F32, 100, 17, 8, Infinity, 40, 24",
    "F16, 64, 40, 33, Infinity, 8, 8",
  })
  void attentionAgrees(
      QuantFormat format,
      int before,
      int tokens,
      int window,
      float softcap,
      int keySize,
      int valueSize) {
    for (int heads : new int[] {2, 6, 8}) {
      AttentionShape plain =
          new AttentionShape(heads, 2, keySize, valueSize, 0.2f, softcap, window);
      attentionAgrees(plain, format, before, tokens);
      float[] sinks = new float[heads];
      for (int i = 0; i < heads; i++) {
        sinks[i] = 3 * i - 4;
      }
      attentionAgrees(plain.withSinks(sinks), format, before, tokens);
    }
  }

  private void attentionAgrees(AttentionShape shape, QuantFormat format, int before, int tokens) {
    int kvHeads = shape.kvHeads();
    KvCacheSpec spec = new KvCacheSpec(format, format, before + tokens, 1);
    try (KvCache cache = new KvCache(spec, List.of(shape.cache()))) {
      for (int cell = 0; cell < before + tokens; cell++) {
        cache.keys(0).write(cell, gaussian(kvHeads * shape.keySize()), 0);
        cache.values(0).write(cell, gaussian(kvHeads * shape.valueSize()), 0);
      }
      float[] query = gaussian(tokens * shape.heads() * shape.keySize());
      float[] wanted = gaussian(tokens * shape.heads() * shape.valueSize());
      float[] found = gaussian(wanted.length);
      Lane lane = new Lane();
      for (int first = 0; first < tokens; first += 16) {
        int end = Math.min(tokens, first + 16);
        for (int head = 0; head < kvHeads; head++) {
          attend(reference, shape, head, query, first, end, before, cache, wanted, lane);
          attend(assembled, shape, head, query, first, end, before, cache, found, lane);
        }
      }
      assertThat(found).containsExactly(wanted, within(2e-5f));
      for (Kernels kernels : List.of(reference, assembled)) {
        inParts(kernels, shape, query, tokens, before, cache, found);
        assertThat(found).as("in parts").containsExactly(wanted, within(2e-5f));
      }
    }
  }

  /** Three stretches of cells, of which the last and shortest starts within a tile. */
  private static void inParts(
      Kernels kernels,
      AttentionShape shape,
      float[] query,
      int tokens,
      int before,
      KvCache cache,
      float[] out) {
    Arrays.fill(out, Float.NaN);
    int cells = before + tokens;
    int first = shape.firstVisible(before);
    int[] bounds = {first, first + (cells - first) / 2, cells - 1, cells};
    int size = PartialAttention.size(shape, tokens);
    float[] partials = new float[5 + 3 * size];
    for (int part = 0; part < 3; part++) {
      kernels.attendSome(
          shape,
          query,
          0,
          tokens,
          before,
          bounds[part],
          bounds[part + 1],
          cache.keys(0),
          cache.values(0),
          partials,
          5 + part * size,
          new Lane());
    }
    for (int head = 0; head < shape.kvHeads(); head++) {
      PartialAttention.join(kernels, shape, head, 0, tokens, partials, 5, 3, out);
    }
  }

  private static void attend(
      Kernels kernels,
      AttentionShape shape,
      int head,
      float[] query,
      int first,
      int end,
      int before,
      KvCache cache,
      float[] out,
      Lane lane) {
    kernels.attend(
        shape, head, query, first, end, before, cache.keys(0), cache.values(0), out, lane);
  }

  private Tensor matrix(QuantFormat format, int columns, int rows, Arena arena) {
    long rowBytes = format.bytesFor(columns).value();
    MemorySegment data = arena.allocate(rows * rowBytes);
    for (int r = 0; r < rows; r++) {
      Codecs.require(format, "the test")
          .encodeRow(gaussian(columns), 0, columns, data, r * rowBytes);
    }
    return new Tensor("test", format, List.of((long) columns, (long) rows), data);
  }

  private float[] gaussian(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
