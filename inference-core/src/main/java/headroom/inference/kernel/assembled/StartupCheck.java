package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.Threads;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kvcache.KvCache;
import headroom.inference.kvcache.KvRows;
import headroom.inference.tensor.Tensor;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Holds every assembled kernel against the scalar reference on this very processor, before it may
 * serve. Activations are chosen so that packing them loses nothing: then both must agree but for
 * the rounding of sums.
 */
final class StartupCheck {
  /** Two of the longest blocks there are. */
  private static final int COLUMNS = 512;

  /** So many to one key that tiles are decoded. */
  private static final int MOST_QUERIES = 9;

  /** More than any kernel takes at once, by a vector and some. */
  private static final int VERB_ELEMENTS = 32 + 8 + 5;

  /** Sums of 512 products in floats, in another order. */
  private static final double TOLERANCE = 1e-4;

  private final KernelLibrary library;
  private final SplittableRandom random;

  StartupCheck(KernelLibrary library) {
    this(library, 0);
  }

  private StartupCheck(KernelLibrary library, long seed) {
    this.library = library;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Checks all of them.
   *
   * @throws UnfitException naming the first that is wrong
   */
  void run() {
    List<Consumer<StartupCheck>> checks = new ArrayList<>();
    for (CachedFormat format : CachedFormat.all()) {
      checks.add(check -> check.checkAttention(format.stored(), MOST_QUERIES, 64)); // two blocks
    }
    for (RowFormat format : RowFormat.values()) {
      checks.add(check -> check.checkRows(format));
      // No whole block.
      checks.add(check -> check.checkAttention(format.stored(), RowFormat.VECTORS, 40));
    }
    for (QuantFormat format : TileFormat.supported()) {
      checks.add(check -> check.check(format));
      checks.add(check -> check.checkDecoding(format));
    }
    checks.add(StartupCheck::checkGate);
    checks.add(StartupCheck::checkNorm);
    checks.add(StartupCheck::checkSum);
    for (RotaryStyle style : RotaryStyle.values()) {
      checks.add(check -> check.checkRotation(style));
    }
    IntStream.range(0, checks.size())
        .parallel()
        .mapToObj(i -> failure(checks.get(i), i))
        .flatMap(Optional::stream)
        .toList() // all have ended: the kernels may go away
        .stream()
        .findFirst()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  private Optional<RuntimeException> failure(Consumer<StartupCheck> check, long seed) {
    try {
      check.accept(new StartupCheck(library, seed));
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  /** Ordinary values and such whose exponential is no float. */
  private void checkGate() {
    float[] found = small(4 * RowFormat.STEP);
    found[3] = -60;
    found[9] = -200;
    float[] up = small(found.length);
    float[] wanted = found.clone();
    new ReferenceKernels().gate(Activation.SILU, wanted, up, 0, wanted.length);
    library.gate(found, up, 0, found.length / RowFormat.STEP);
    compare("gate", found, wanted);
  }

  /** Vectors together, one, and elements that are left. */
  private void checkNorm() {
    float[] x = small(VERB_ELEMENTS);
    float[] weight = small(x.length);
    float[] wanted = new float[x.length];
    float[] found = x.clone();
    new ReferenceKernels().rmsNorm(x, 0, weight, x.length, 1e-5f, wanted, 0);
    library.norm(found, 0, weight, x.length, 1e-5f, found, 0);
    compare("norm", found, wanted);
  }

  private void checkSum() {
    float[] found = small(VERB_ELEMENTS);
    float[] delta = small(found.length);
    float[] wanted = found.clone();
    new ReferenceKernels().addScaled(wanted, 0, 0.7f, delta, 0, wanted.length);
    library.addScaled(found, 0, 0.7f, delta, 0, found.length);
    compare("sum", found, wanted);
  }

  /** Two heads, of which a part is rotated. */
  private void checkRotation(RotaryStyle style) {
    int pairs = 19;
    int size = 2 * pairs + 5;
    float[] found = small(2 * size);
    float[] cosines = small(pairs);
    float[] sines = small(pairs);
    float[] wanted = found.clone();
    new ReferenceKernels().rotate(style, wanted, 0, 2, size, cosines, sines, 0, pairs);
    library.rotate(style, found, 0, 2, size, cosines, sines, 0, pairs);
    compare("rotation of " + style, found, wanted);
  }

  /** Five rows: four at a time and the one that is left. */
  private void checkRows(RowFormat format) {
    int rows = 5;
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = weight(format.stored(), rows, arena);
      float[] x = activations(RowFormat.VECTORS);
      float[] wanted = new float[RowFormat.VECTORS * rows];
      new ReferenceKernels()
          .bind(weight)
          .multiply(x, RowFormat.VECTORS, wanted, 0, rows, new Lane());
      for (int tokens = 1; tokens <= RowFormat.VECTORS; tokens++) {
        float[] found = new float[tokens * rows];
        new RowLinear(weight, format, library).multiply(x, tokens, found, 0, rows, new Lane());
        compare("product of %s with %d tokens".formatted(format, tokens), found, wanted);
      }
    }
  }

  /** Over a cache of more than one tile; the first of the query heads alone, then two, ... */
  private void checkAttention(QuantFormat format, int heads, int size) {
    KvCacheSpec spec = new KvCacheSpec(format, format, 67, 1);
    int last = spec.contextLength() - 1;
    try (KvCache cache = new KvCache(spec, List.of(attention(1, size).cache()))) {
      for (int cell = 0; cell <= last; cell++) {
        cache.keys(0).write(cell, small(size), 0);
        cache.values(0).write(cell, small(size), 0);
      }
      float[] query = small(heads * size);
      float[] wanted = new float[heads * size];
      KvRows keys = cache.keys(0);
      KvRows values = cache.values(0);
      Lane lane = new Lane();
      new ReferenceKernels()
          .attend(attention(heads, size), 0, query, 0, 1, last, keys, values, wanted, lane);
      for (int group = 1; group <= heads; group++) {
        float[] found = new float[group * size];
        new AssembledAttention(library, attention(group, size), 0, 1, 0, 1, lane)
            .attend(query, last, keys, values, found);
        String what = "attention of %d queries to %s".formatted(group, format);
        compare(what, found, Arrays.copyOf(wanted, group * size));
      }
      checkSomeCells(attention(heads, size), query, last, keys, values, lane);
    }
  }

  /** Those from the third on, as where threads share what one token sees. */
  private void checkSomeCells(
      AttentionShape shape, float[] query, int position, KvRows keys, KvRows values, Lane lane) {
    int first = 2;
    float[] wanted = new float[PartialAttention.size(shape, 1)];
    float[] found = new float[wanted.length];
    new ReferenceKernels()
        .attendSome(shape, query, 0, 1, position, first, position, keys, values, wanted, 0, lane);
    new AssembledAttention(library, shape, 0, 1, 0, 1, lane)
        .attendSome(query, position, first, position, keys, values, found, 0);
    compare("attention to some cells", found, wanted);
  }

  private static AttentionShape attention(int heads, int size) {
    return new AttentionShape(heads, 1, size, size, 0.1f, Float.POSITIVE_INFINITY, 90);
  }

  private float[] small(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextDouble(-2, 2);
    }
    return x;
  }

  /** Three tiles: two at a time for one token, and the one that is left. */
  private void check(QuantFormat format) {
    TileFormat tiles = TileFormat.of(format, library.machine()).orElseThrow();
    int lanes = library.machine().lanes();
    int rows = 3 * lanes;
    try (Arena arena = Arena.ofConfined();
        Threads threads = new Threads(1)) {
      Tensor weight = weight(format, rows, arena);
      MemorySegment memory = arena.allocate(AssembledLinear.bytes(weight, tiles, lanes), 64);
      AssembledLinear assembled = new AssembledLinear(weight, tiles, library, memory, threads);
      Linear reference = new ReferenceKernels().bind(weight);
      Lane lane = new Lane();
      float[] x = activations(PackedLayout.GROUP);
      float[] wanted = new float[PackedLayout.GROUP * rows];
      reference.multiply(x, PackedLayout.GROUP, wanted, 0, rows, lane);
      for (int tokens = 1; tokens <= PackedLayout.GROUP; tokens++) {
        float[] found = new float[tokens * rows];
        assembled.multiply(x, tokens, found, 0, rows, lane);
        compare("product of %s with %d tokens".formatted(format, tokens), found, wanted);
      }
      checkPacking(assembled, x);
    }
  }

  /** One row, of formats whose rows are decoded; the codec rounds in the same steps. */
  private void checkDecoding(QuantFormat format) {
    if (!library.decodesRows(format)) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = weight(format, 1, arena);
      float[] wanted = new float[COLUMNS];
      float[] found = new float[COLUMNS];
      new ReferenceKernels().decode(weight, 0, wanted, 0);
      library.decodeRow(format, weight.data().address(), found, 0, COLUMNS);
      compare("rows of " + format, found, wanted);
    }
  }

  /** Random codes under scales of at most one. */
  private Tensor weight(QuantFormat format, int rows, Arena arena) {
    byte[] bytes = new byte[(int) format.bytesFor((long) COLUMNS * rows).value()];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= (byte) 0xBB; // clears the top exponent bit of any half, wherever it lies
    }
    MemorySegment data = arena.allocate(bytes.length);
    data.copyFrom(MemorySegment.ofArray(bytes));
    return new Tensor("check", format, List.of((long) COLUMNS, (long) rows), data);
  }

  /** Whole numbers of which each block has a 127: their scale is 1. */
  private float[] activations(int tokens) {
    float[] x = new float[tokens * COLUMNS];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % PackedLayout.BLOCK == 7 ? -127 : random.nextInt(-126, 127);
    }
    return x;
  }

  private void compare(String what, float[] found, float[] wanted) {
    double largest = 0;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < found.length; i++) {
      // Not the other way round: what is not a number must fail too.
      if (!(Math.abs(found[i] - wanted[i]) <= TOLERANCE * largest)) {
        throw new UnfitException(
            "the %s kernel for the %s computed %s; the reference %s"
                .formatted(library.machine().label(), what, found[i], wanted[i]));
      }
    }
  }

  /** Scales are 1 here, so that sums are whole numbers in either layout. */
  private static float packedSum(Packing packing, MemorySegment packed, int which) {
    if (packing == Packing.BLOCKS) {
      return packed.get(LittleEndian.FLOAT, PackedLayout.sumAt(which, 0, 1));
    }
    int at = which < 2 ? SuperLayout.halvesAt(0, 0, 1) : SuperLayout.wholesAt(0, 0, 1);
    return packed.get(LittleEndian.SHORT, SuperLayout.COLUMNS + at + which % 2 * Short.BYTES);
  }

  /** Codes, scale and sums of the first block of a lone token. */
  private void checkPacking(AssembledLinear assembled, float[] x) {
    PackedInput packed = new PackedInput();
    assembled.reserve(packed, 1);
    assembled.pack(x, 1, 0, packed);
    float[] sums = new float[3];
    for (int i = 0; i < PackedLayout.BLOCK; i++) {
      int code = packed.memory().get(ValueLayout.JAVA_BYTE, i);
      if (code != x[i]) {
        throw new UnfitException("packing made %d of %s".formatted(code, x[i]));
      }
      sums[i / 16] += x[i];
      sums[2] += x[i];
    }
    for (int which = 0; which < sums.length; which++) {
      float found = packedSum(assembled.packing(), packed.memory(), which);
      if (Math.abs(found - sums[which]) > 1e-3) {
        throw new UnfitException("packing summed %s; wanted %s".formatted(found, sums[which]));
      }
    }
  }
}
