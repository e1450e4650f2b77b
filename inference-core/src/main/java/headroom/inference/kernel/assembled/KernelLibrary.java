package headroom.inference.kernel.assembled;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.assembler.ExecutableMemory;
import headroom.inference.assembler.PageSource;
import headroom.quant.QuantFormat;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every kernel of one instruction set, assembled, in memory, and how to call them. */
final class KernelLibrary implements AutoCloseable {
  private static final int CACHE_LINE = 64;

  /**
   * All kernels have one type, so that one constant handle calls them all. Critical: no thread
   * state is changed around the call, which then costs 4-5 ns, and arrays are handed in where they
   * lie; in return a call must be short, and lasts one tile.
   */
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.critical(true));

  /** The type of kernels over rows: three places with two offsets, then five sizes. */
  private static final MethodHandle CALL_ROWS =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG, JAVA_LONG),
              Linker.Option.critical(true));

  private final Machine machine;
  private final ExecutableMemory memory;
  private final Map<Packing, MemorySegment[]> packings = new EnumMap<>(Packing.class);
  private final MemorySegment softmax;
  private final Optional<MemorySegment> gate;
  private final MemorySegment[][] dots; // by format, then by vectors
  private final Map<CachedFormat, MemorySegment[]> scores = new HashMap<>(); // by queries
  private final Map<CachedFormat, MemorySegment[]> mixes = new HashMap<>();
  private final MemorySegment[] decodings; // by format
  private final Map<QuantFormat, MemorySegment> repackings = new EnumMap<>(QuantFormat.class);
  private final Map<QuantFormat, MemorySegment[]> products = new EnumMap<>(QuantFormat.class);

  /**
   * Assembles everything: some tens of kilobytes.
   *
   * @throws headroom.inference.assembler.RefusedException where code cannot be executed
   */
  KernelLibrary(Machine machine, PageSource pages) {
    this.machine = machine;
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    Map<Packing, List<Integer>> packingsAt = new EnumMap<>(Packing.class);
    Map<QuantFormat, Integer> repackingsAt = new EnumMap<>(QuantFormat.class);
    Map<QuantFormat, List<Integer>> productsAt = new EnumMap<>(QuantFormat.class);
    for (Packing packing : machine.packings()) {
      List<Integer> at = new ArrayList<>();
      for (int tokens = 1; tokens <= PackedLayout.GROUP; tokens++) {
        at.add(append(code, machine.pack(packing, tokens)));
      }
      packingsAt.put(packing, at);
    }
    Map<QuantFormat, List<byte[]>> written =
        TileFormat.supported().parallelStream()
            .collect(Collectors.toConcurrentMap(format -> format, this::writeProducts));
    for (QuantFormat format : TileFormat.supported()) {
      List<Integer> at = new ArrayList<>();
      for (byte[] product : Objects.requireNonNull(written.get(format))) {
        at.add(append(code, product));
      }
      productsAt.put(format, at);
      machine
          .repack(format)
          .ifPresent(function -> repackingsAt.put(format, append(code, function)));
    }
    List<List<Integer>> dotsAt = new ArrayList<>();
    for (RowFormat format : RowFormat.values()) {
      List<Integer> dot = new ArrayList<>();
      for (int vectors = 1; vectors <= RowFormat.VECTORS; vectors++) {
        dot.add(append(code, machine.dot(format, vectors)));
      }
      dotsAt.add(dot);
    }
    Map<CachedFormat, List<Integer>> scoresAt = new HashMap<>();
    Map<CachedFormat, List<Integer>> mixesAt = new HashMap<>();
    for (CachedFormat format : CachedFormat.all()) {
      List<Integer> score = new ArrayList<>();
      List<Integer> mix = new ArrayList<>();
      for (int queries = 1; queries <= CachedFormat.QUERIES; queries++) {
        score.add(append(code, machine.score(format, queries)));
        mix.add(append(code, machine.mix(format, queries)));
      }
      scoresAt.put(format, score);
      mixesAt.put(format, mix);
    }
    List<Integer> decodingsAt = new ArrayList<>();
    for (CacheFormat format : CacheFormat.values()) {
      decodingsAt.add(append(code, machine.decode(format)));
    }
    int softmaxAt = append(code, machine.soften());
    Optional<Integer> gateAt = machine.gate().map(function -> append(code, function));
    memory = ExecutableMemory.of(code.toByteArray(), pages);
    packingsAt.forEach((packing, at) -> packings.put(packing, addresses(at)));
    softmax = memory.at(softmaxAt);
    gate = gateAt.map(memory::at);
    dots = dotsAt.stream().map(this::addresses).toArray(MemorySegment[][]::new);
    scoresAt.forEach((format, at) -> scores.put(format, addresses(at)));
    mixesAt.forEach((format, at) -> mixes.put(format, addresses(at)));
    repackingsAt.forEach((format, at) -> repackings.put(format, memory.at(at)));
    decodings = addresses(decodingsAt);
    productsAt.forEach((format, at) -> products.put(format, addresses(at)));
  }

  private List<byte[]> writeProducts(QuantFormat format) {
    TileFormat tiles = TileFormat.of(format, machine).orElseThrow();
    return IntStream.rangeClosed(1, PackedLayout.GROUP)
        .mapToObj(tokens -> machine.product(tiles, tokens))
        .toList();
  }

  private static int append(ByteArrayOutputStream code, byte[] function) {
    int at = code.size();
    code.writeBytes(function);
    int rest = -function.length & CACHE_LINE - 1;
    code.writeBytes(new byte[rest]);
    return at;
  }

  private MemorySegment[] addresses(List<Integer> offsets) {
    return offsets.stream().map(memory::at).toArray(MemorySegment[]::new);
  }

  Machine machine() {
    return machine;
  }

  /**
   * Refuses what is asked of a library that was closed.
   *
   * @throws IllegalStateException where it was
   */
  void requireOpen() {
    if (!memory.isOpen()) {
      throw new IllegalStateException("the model is closed; load it again");
    }
  }

  /** The products of this format by tokens, those of one token first. */
  MemorySegment[] products(QuantFormat format) {
    MemorySegment[] found = products.get(format);
    if (found == null) {
      throw new IllegalArgumentException("there is no kernel for " + format);
    }
    return found;
  }

  /** True where {@link #repack} serves this format. */
  boolean repacks(QuantFormat format) {
    return repackings.containsKey(format);
  }

  /**
   * Puts a row into a tile ({@link Machine#repack}).
   *
   * @param row address of its first block
   * @param codes address of its first word in the tile
   * @param scales address where its first scale goes
   * @param supers address where its first scale of scales goes
   */
  void repack(QuantFormat format, long row, long codes, long scales, long supers, long blocks) {
    try {
      CALL.invokeExact(
          Objects.requireNonNull(repackings.get(format)),
          row,
          codes,
          MemorySegment.ofAddress(scales),
          supers,
          blocks,
          0L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // kernels throw nothing
    }
  }

  /**
   * Packs one token of a group.
   *
   * @param codes address of the token's first code
   * @param scales address of its first scale, of a block
   */
  void pack(
      Packing packing, long codes, long scales, int tokens, float[] x, int xOffset, int blocks) {
    MemorySegment kernel = Objects.requireNonNull(packings.get(packing))[tokens - 1];
    call(kernel, codes, scales, x, xOffset, blocks, 0);
  }

  /**
   * Calls a kernel.
   *
   * @param array the third argument, from {@code offset} floats on
   */
  static void call(
      MemorySegment kernel,
      long first,
      long second,
      float[] array,
      long offset,
      long blocks,
      long stride) {
    try {
      CALL.invokeExact(
          kernel,
          first,
          second,
          MemorySegment.ofArray(array),
          offset * Float.BYTES,
          blocks,
          stride);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // kernels throw nothing
    }
  }

  /** So many of the remaining vectors that rounds are even: 4 are 2 and 2, not 3 and 1. */
  static int nextVectors(int remaining) {
    return next(remaining, RowFormat.VECTORS);
  }

  /** So many of the remaining, at most {@code most}, that rounds are even. */
  static int next(int remaining, int most) {
    return Math.ceilDiv(remaining, Math.ceilDiv(remaining, most));
  }

  /**
   * Scalar products of rows with vectors ({@link Machine#dot}).
   *
   * @param rows address of the first
   * @param xOffset bytes into x, as is outOffset into out
   * @param blocks columns / 8
   */
  void dot(
      RowFormat format,
      int vectors,
      long rows,
      MemorySegment x,
      long xOffset,
      MemorySegment out,
      long outOffset,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    MemorySegment kernel = dots[format.ordinal()][vectors - 1];
    callRows(kernel, rows, x, xOffset, out, outOffset, blocks, rowStride, outStride, count);
  }

  /**
   * Scores of cached keys ({@link Machine#score}).
   *
   * @param blocks elements / 32
   */
  void score(
      CachedFormat format,
      int queries,
      long keys,
      MemorySegment x,
      long xOffset,
      MemorySegment out,
      long outOffset,
      long blocks,
      long keyStride,
      long cells) {
    MemorySegment kernel = Objects.requireNonNull(scores.get(format))[queries - 1];
    callRows(kernel, keys, x, xOffset, out, outOffset, blocks, keyStride, 0, cells);
  }

  /** Values mixed by their shares ({@link Machine#mix}); parameters as of {@link #dot}. */
  void mix(
      CachedFormat format,
      int queries,
      long values,
      MemorySegment scores,
      long scoresOffset,
      MemorySegment out,
      long outOffset,
      long blocks,
      long valueStride,
      long outStride,
      long cells) {
    MemorySegment kernel = Objects.requireNonNull(mixes.get(format))[queries - 1];
    callRows(
        kernel,
        values,
        scores,
        scoresOffset,
        out,
        outOffset,
        blocks,
        valueStride,
        outStride,
        cells);
  }

  /**
   * Scores to shares ({@link Machine#soften}).
   *
   * @param blocks scores / 8
   * @param queries rows, one after the other
   */
  void soften(MemorySegment rows, long rowsOffset, long blocks, long queries) {
    callRows(softmax, 0, rows, rowsOffset, rows, 0, blocks, 0, 0, queries);
  }

  /** True where {@link #gate} serves. */
  boolean gates() {
    return gate.isPresent();
  }

  /**
   * Gates ({@link Machine#gate}).
   *
   * @param blocks elements / 8, from {@code offset} on in both
   */
  void gate(float[] x, float[] up, int offset, int blocks) {
    long at = (long) offset * Float.BYTES;
    MemorySegment into = MemorySegment.ofArray(x);
    callRows(gate.orElseThrow(), 0, MemorySegment.ofArray(up), at, into, at, blocks, 0, 0, 0);
  }

  /**
   * Cached rows as floats ({@link Machine#decode}).
   *
   * @param rows address of the first
   * @param blocks columns / 32
   */
  void decode(
      CacheFormat format,
      long rows,
      MemorySegment out,
      long outOffset,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    MemorySegment kernel = decodings[format.ordinal()];
    callRows(kernel, rows, out, 0, out, outOffset, blocks, rowStride, outStride, count);
  }

  private static void callRows(
      MemorySegment kernel,
      long rows,
      MemorySegment x,
      long xOffset,
      MemorySegment out,
      long outOffset,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    try {
      CALL_ROWS.invokeExact(
          kernel, rows, x, xOffset, out, outOffset, blocks, rowStride, outStride, count);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // kernels throw nothing
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
