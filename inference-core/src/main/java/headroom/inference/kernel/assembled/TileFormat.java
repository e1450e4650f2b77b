package headroom.inference.kernel.assembled;

import headroom.inference.codec.CodeBooks;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * How the weights of one format become tiles: which codes, which scales, and who reads the rows.
 *
 * <p>A tile is as many rows as a vector has lanes. Its codes come first, block after block of 32
 * columns; then a plane of scales, an entry per block; then, where there are scales of scales, a
 * plane of those.
 *
 * @param format as the file has it
 * @param rows reads the file's rows
 */
public record TileFormat(
    QuantFormat format,
    TileCodes codes,
    TileScales scales,
    Function<MemorySegment, StoredRow> rows) {

  /** Formats that have tiles. */
  public static Set<QuantFormat> supported() {
    Set<QuantFormat> found = EnumSet.noneOf(QuantFormat.class);
    for (QuantFormat format : QuantFormat.values()) {
      if (of(format, true).isPresent()) {
        found.add(format);
      }
    }
    return found;
  }

  /** The tiles of this format for this machine; empty where it has none. */
  public static Optional<TileFormat> of(QuantFormat format, Machine machine) {
    return of(format, machine.signedCodes());
  }

  private static Optional<TileFormat> of(QuantFormat format, boolean signed) {
    // Where products want codes unsigned, signed ones are moved up, and pay with a minimum.
    int moved = signed ? 0 : 128;
    TileCodes bytes = new TileCodes.Bytes(signed);
    TileCodes four = new TileCodes.Nibbles(0);
    TileCodes five = new TileCodes.Nibbles(1);
    TileCodes six = new TileCodes.Nibbles(2);
    TileCodes iq4 = new TileCodes.Table(CodeBooks.iq4(), signed);
    TileCodes fp4 = new TileCodes.Table(CodeBooks.fp4Doubled(), signed);
    TileFormat found =
        switch (format) {
          case Q8_0 -> of(format, bytes, new TileScales.Half(moved), SmallBlocks.Bytes::new);
          case Q4_0 -> of(format, four, new TileScales.Half(8), scaled(18, 0, 2));
          case Q4_1 -> of(format, four, new TileScales.HalfAndMinimum(), offset(20, 0, 4));
          case Q5_0 -> of(format, five, new TileScales.Half(16), scaled(22, 2, 6));
          case Q5_1 -> of(format, five, new TileScales.HalfAndMinimum(), offset(24, 4, 8));
          case IQ4_NL -> of(format, iq4, new TileScales.Half(moved), scaled(18, 0, 2));
          case MXFP4 ->
              of(format, fp4, new TileScales.Exponent(moved), SmallBlocks.Exponential::new);
          case Q4_K -> of(format, four, new TileScales.SuperAndMinimum(), packed(false));
          case Q5_K -> of(format, five, new TileScales.SuperAndMinimum(), packed(true));
          case Q2_K ->
              of(
                  format,
                  new TileCodes.Pairs(false),
                  new TileScales.NibblesAndMinimum(),
                  SuperBlocks.Two::new);
          case Q3_K ->
              of(
                  format,
                  new TileCodes.Pairs(true),
                  new TileScales.Super(2, 4),
                  SuperBlocks.Three::new);
          case Q6_K -> of(format, six, new TileScales.Super(2, 32), SuperBlocks.Six::new);
          case IQ4_XS -> of(format, iq4, new TileScales.Super(1, moved), SuperBlocks.Indexed::new);
          default -> null;
        };
    return Optional.ofNullable(found);
  }

  private static <B extends StoredBlocks> TileFormat of(
      QuantFormat format,
      TileCodes codes,
      TileScales.From<? super B> scales,
      Function<MemorySegment, B> blocks) {
    return new TileFormat(format, codes, scales, data -> StoredRow.of(blocks.apply(data), scales));
  }

  private static Function<MemorySegment, SmallBlocks.Scaled> scaled(
      int size, int fifthAt, int codesAt) {
    return data -> new SmallBlocks.Scaled(data, size, fifthAt, codesAt);
  }

  private static Function<MemorySegment, SmallBlocks.Offset> offset(
      int size, int fifthAt, int codesAt) {
    return data -> new SmallBlocks.Offset(data, size, fifthAt, codesAt);
  }

  private static Function<MemorySegment, SuperBlocks.Packed> packed(boolean fifth) {
    return data -> new SuperBlocks.Packed(data, fifth);
  }

  /** Bytes of a tile. */
  long tileBytes(int columns, int lanes) {
    long blocks = columns / PackedLayout.BLOCK;
    long bytes = blocks * lanes * (4L * codes.lines() + scales.bytes());
    return bytes + Math.ceilDiv(blocks, TileScales.BLOCKS_PER_SUPER) * scales.superBytes() * lanes;
  }

  /** Byte of a tile where its first plane of scales starts. */
  long scalesAt(int columns, int lanes) {
    return (long) (columns / PackedLayout.BLOCK) * codes.lines() * lanes * Integer.BYTES;
  }

  /** Writes one row into its lane of a tile that starts at this byte. */
  void store(StoredRow row, int columns, MemorySegment tiles, long tile, int lane, int lanes) {
    int[] quads = new int[PackedLayout.QUADS];
    int blocks = columns / PackedLayout.BLOCK;
    int lineBytes = lanes * Integer.BYTES;
    long blockBytes = (long) codes.lines() * lineBytes;
    long scalesAt = tile + scalesAt(columns, lanes);
    long supersAt = scalesAt + (long) blocks * scales.bytes() * lanes;
    for (int block = 0; block < blocks; block++) {
      row.quads(block, quads);
      codes.store(quads, tiles, tile + block * blockBytes + 4L * lane, lineBytes);
      int superBlock = block / TileScales.BLOCKS_PER_SUPER;
      row.storeScales(
          block,
          tiles,
          scalesAt + (long) block * scales.bytes() * lanes,
          supersAt + (long) superBlock * scales.superBytes() * lanes,
          lane,
          lanes);
    }
  }
}
