package headroom.inference.kernel.assembled;

import headroom.inference.assembler.ExecutableMemory;
import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.RotaryStyle;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Every kernel of one instruction set, assembled, in memory, and how to call them. */
final class KernelLibrary implements AutoCloseable {
  /** Functions of which there is one. */
  private enum Verb {
    START,
    SOFTEN,
    END,
    END_PART,
    GATE,
    NORM,
    ADD_SCALED
  }

  private final Machine machine;
  private final ExecutableMemory memory;

  // Each by what it reads, then by how many of them at once, 1 first.
  private final Map<Packing, MemorySegment[]> packings;
  private final Map<QuantFormat, MemorySegment[]> products;
  private final Map<QuantFormat, MemorySegment[]> pairs;
  private final Map<QuantFormat, MemorySegment[]> repackings;
  private final Map<RowFormat, MemorySegment[]> dots;
  private final Map<CachedFormat, MemorySegment[]> scores;
  private final Map<CachedFormat, MemorySegment[]> mixes;
  private final Map<CacheFormat, MemorySegment[]> decodings;
  private final Map<QuantFormat, MemorySegment[]> rowDecodings;
  private final MemorySegment[] verbs;
  private final MemorySegment[] rotations; // by style

  /**
   * Assembles everything: some tens of kilobytes.
   *
   * @throws headroom.inference.assembler.RefusedException where code cannot be executed
   */
  KernelLibrary(Machine machine, PageSource pages) {
    this.machine = machine;
    FunctionLayout layout = new FunctionLayout();
    packings = layout.upTo(PackedLayout.GROUP, machine.packings(), machine::pack);
    products = layout.upTo(PackedLayout.GROUP, TileFormat.supported(), this::product);
    pairs = layout.where(TileFormat.supported(), this::productOfTwo);
    repackings = layout.where(TileFormat.supported(), machine::repack);
    dots = layout.upTo(RowFormat.VECTORS, List.of(RowFormat.values()), machine::dot);
    scores = layout.upTo(CachedFormat.QUERIES, CachedFormat.all(), machine::score);
    mixes = layout.upTo(CachedFormat.QUERIES, CachedFormat.all(), machine::mix);
    decodings =
        layout.upTo(1, List.of(CacheFormat.values()), (format, one) -> machine.decode(format));
    rowDecodings = layout.where(TileFormat.supported(), machine::decodeRow);
    verbs = layout.row(Verb.values().length, place -> write(Verb.values()[place]));
    rotations =
        layout.row(
            RotaryStyle.values().length, place -> machine.rotate(RotaryStyle.values()[place]));
    memory = layout.load(pages);
  }

  private byte[] product(QuantFormat format, int tokens) {
    return machine.product(TileFormat.of(format, machine).orElseThrow(), tokens);
  }

  private Optional<byte[]> productOfTwo(QuantFormat format) {
    return machine.productOfTwo(TileFormat.of(format, machine).orElseThrow());
  }

  private byte[] write(Verb verb) {
    return switch (verb) {
      case START -> machine.start();
      case END -> machine.end();
      case END_PART -> machine.endPart();
      case SOFTEN -> machine.soften();
      case GATE -> machine.gate();
      case NORM -> machine.norm();
      case ADD_SCALED -> machine.addScaled();
    };
  }

  private static <K> MemorySegment find(Map<K, MemorySegment[]> table, K key, int count) {
    return Objects.requireNonNull(table.get(key))[count - 1];
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

  /** The product of two tiles with one token, where there is one. */
  Optional<MemorySegment> pair(QuantFormat format) {
    return Optional.ofNullable(pairs.get(format)).map(functions -> functions[0]);
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
    MemorySegment kernel = find(repackings, format, 1);
    KernelCalls.call(kernel, row, codes, MemorySegment.ofAddress(scales), supers, blocks, 0);
  }

  /**
   * Packs one token of a group.
   *
   * @param codes address of the token's first code
   * @param scales address of its first scale, of a block
   */
  void pack(
      Packing packing, long codes, long scales, int tokens, float[] x, int xOffset, int blocks) {
    MemorySegment kernel = find(packings, packing, tokens);
    KernelCalls.call(kernel, codes, scales, x, xOffset, blocks, 0);
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
    MemorySegment kernel = find(dots, format, vectors);
    KernelCalls.callRows(
        kernel, rows, x, xOffset, out, outOffset, blocks, rowStride, outStride, count);
  }

  /**
   * Readies a token's queries ({@link Machine#start}).
   *
   * @param into where they go, outside the heap, as {@code rows} of scores
   */
  void start(
      float[] query, int offset, long into, long rows, int elements, int queries, float scale) {
    MemorySegment kernel = verbs[Verb.START.ordinal()];
    KernelCalls.callArray(kernel, query, offset, into, rows, elements, queries, bits(scale));
  }

  /**
   * What a token's queries come to ({@link Machine#end}, {@link Machine#endPart}).
   *
   * @param part true for attention to some cells
   * @param size elements of one
   */
  void end(boolean part, float[] out, int offset, long rows, long mixed, int size, int queries) {
    MemorySegment kernel = verbs[(part ? Verb.END_PART : Verb.END).ordinal()];
    KernelCalls.callArray(kernel, out, offset, rows, mixed, size, queries, 0);
  }

  /** As {@link #dot}, of what lies outside the heap: where each starts. */
  void dot(
      RowFormat format,
      int vectors,
      long rows,
      long x,
      long out,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    MemorySegment kernel = find(dots, format, vectors);
    KernelCalls.callRows(kernel, rows, x, out, blocks, rowStride, outStride, count);
  }

  /**
   * Scores of cached keys ({@link Machine#score}); where each lies outside the heap.
   *
   * @param blocks elements / 32
   */
  void score(
      CachedFormat format,
      int queries,
      long keys,
      long x,
      long out,
      long blocks,
      long keyStride,
      long cells) {
    MemorySegment kernel = find(scores, format, queries);
    KernelCalls.callRows(kernel, keys, x, out, blocks, keyStride, 0, cells);
  }

  /**
   * Values mixed by their shares ({@link Machine#mix}); where each lies outside the heap.
   *
   * @param blocks elements / 8
   */
  void mix(
      CachedFormat format,
      int queries,
      long values,
      long scores,
      long out,
      long blocks,
      long valueStride,
      long outStride,
      long cells) {
    MemorySegment kernel = find(mixes, format, queries);
    KernelCalls.callRows(kernel, values, scores, out, blocks, valueStride, outStride, cells);
  }

  /**
   * Scores to shares ({@link Machine#soften}).
   *
   * @param rows address of the first of {@code queries} rows
   * @param first of the scores that count, to {@code last} (exclusive)
   */
  void soften(long rows, long first, long last, long queries) {
    KernelCalls.callRows(verbs[Verb.SOFTEN.ordinal()], 0, rows, 0, first, last, 0, queries);
  }

  /**
   * Gates ({@link Machine#gate}).
   *
   * @param blocks elements / 8, from {@code offset} on in both
   */
  void gate(float[] x, float[] up, int offset, int blocks) {
    long at = (long) offset * Float.BYTES;
    MemorySegment into = MemorySegment.ofArray(x);
    KernelCalls.callRows(
        verbs[Verb.GATE.ordinal()], 0, MemorySegment.ofArray(up), at, into, at, blocks, 0, 0, 0);
  }

  /** Norms ({@link Machine#norm}). */
  void norm(
      float[] x, int xOffset, float[] weight, int size, float epsilon, float[] out, int outOffset) {
    MemorySegment kernel = verbs[Verb.NORM.ordinal()];
    KernelCalls.callArrays(kernel, x, xOffset, weight, 0, out, outOffset, size, bits(epsilon), 0);
  }

  /** Adds ({@link Machine#addScaled}). */
  void addScaled(float[] x, int xOffset, float scale, float[] delta, int deltaOffset, int size) {
    MemorySegment kernel = verbs[Verb.ADD_SCALED.ordinal()];
    KernelCalls.callArrays(kernel, x, xOffset, delta, deltaOffset, x, 0, size, bits(scale), 0);
  }

  private static long bits(float value) {
    return Integer.toUnsignedLong(Float.floatToRawIntBits(value));
  }

  /**
   * Rotates ({@link Machine#rotate}).
   *
   * @param offset of the tables' first pair
   */
  void rotate(
      RotaryStyle style,
      float[] x,
      int xOffset,
      int heads,
      int headSize,
      float[] cosines,
      float[] sines,
      int offset,
      int pairs) {
    long stride = (long) headSize * Float.BYTES;
    MemorySegment kernel = rotations[style.ordinal()];
    KernelCalls.callArrays(
        kernel, x, xOffset, cosines, offset, sines, offset, pairs, heads, stride);
  }

  /**
   * Cached rows as floats ({@link Machine#decode}).
   *
   * @param rows address of the first, as {@code out}
   * @param blocks columns / 32
   */
  void decode(
      CacheFormat format,
      long rows,
      long out,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    MemorySegment kernel = find(decodings, format, 1);
    KernelCalls.callRows(kernel, rows, 0, out, blocks, rowStride, outStride, count);
  }

  /** True where {@link #decodeRow} serves this format. */
  boolean decodesRows(QuantFormat format) {
    return rowDecodings.containsKey(format) || CacheFormat.of(format).isPresent();
  }

  /**
   * One row of a matrix into an array ({@link Machine#decodeRow}, or {@link Machine#decode}).
   *
   * @param row its address
   */
  void decodeRow(QuantFormat format, long row, float[] out, int outOffset, int columns) {
    MemorySegment[] supers = rowDecodings.get(format);
    if (supers != null) {
      KernelCalls.call(supers[0], row, 0, out, outOffset, columns / format.weightsPerBlock(), 0);
      return;
    }
    MemorySegment into = MemorySegment.ofArray(out);
    long at = (long) outOffset * Float.BYTES;
    MemorySegment kernel = find(decodings, CacheFormat.of(format).orElseThrow(), 1);
    KernelCalls.callRows(kernel, row, into, 0, into, at, columns / PackedLayout.BLOCK, 0, 0, 1);
  }

  @Override
  public void close() {
    memory.close();
  }
}
