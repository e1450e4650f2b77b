package headroom.inference.kernel.assembled;

import headroom.inference.assembler.ExecutableMemory;
import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.RotaryStyle;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Every kernel of one instruction set, assembled, in memory, and how to call them. */
final class KernelLibrary implements AutoCloseable {
  /** Functions of which there is one. */
  private enum Verb {
    SOFTEN,
    GATE,
    NORM,
    ADD_SCALED
  }

  private final Machine machine;
  private final ExecutableMemory memory;

  // Each by what it reads, then by how many of them at once, 1 first.
  private final Map<Packing, MemorySegment[]> packings;
  private final Map<QuantFormat, MemorySegment[]> products;
  private final Map<QuantFormat, MemorySegment[]> repackings;
  private final Map<RowFormat, MemorySegment[]> dots;
  private final Map<CachedFormat, MemorySegment[]> scores;
  private final Map<CachedFormat, MemorySegment[]> mixes;
  private final Map<CacheFormat, MemorySegment[]> decodings;
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
    repackings = layout.where(TileFormat.supported(), machine::repack);
    dots = layout.upTo(RowFormat.VECTORS, List.of(RowFormat.values()), machine::dot);
    scores = layout.upTo(CachedFormat.QUERIES, CachedFormat.all(), machine::score);
    mixes = layout.upTo(CachedFormat.QUERIES, CachedFormat.all(), machine::mix);
    decodings =
        layout.upTo(1, List.of(CacheFormat.values()), (format, one) -> machine.decode(format));
    verbs = layout.row(Verb.values().length, place -> write(Verb.values()[place]));
    rotations =
        layout.row(
            RotaryStyle.values().length, place -> machine.rotate(RotaryStyle.values()[place]));
    memory = layout.load(pages);
  }

  private byte[] product(QuantFormat format, int tokens) {
    return machine.product(TileFormat.of(format, machine).orElseThrow(), tokens);
  }

  private byte[] write(Verb verb) {
    return switch (verb) {
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
    MemorySegment kernel = find(scores, format, queries);
    KernelCalls.callRows(kernel, keys, x, xOffset, out, outOffset, blocks, keyStride, 0, cells);
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
    MemorySegment kernel = find(mixes, format, queries);
    KernelCalls.callRows(
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
    KernelCalls.callRows(
        verbs[Verb.SOFTEN.ordinal()], 0, rows, rowsOffset, rows, 0, blocks, 0, 0, queries);
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
    MemorySegment kernel = find(decodings, format, 1);
    KernelCalls.callRows(kernel, rows, out, 0, out, outOffset, blocks, rowStride, outStride, count);
  }

  @Override
  public void close() {
    memory.close();
  }
}
