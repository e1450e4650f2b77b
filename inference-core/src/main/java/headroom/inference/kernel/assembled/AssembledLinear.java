package headroom.inference.kernel.assembled;

import headroom.inference.kernel.Lane;
import headroom.inference.kernel.PackedInput;
import headroom.inference.kernel.PackedLinear;
import headroom.inference.kernel.RowParts;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** One matrix in tiles, multiplied by the kernels of its format. */
final class AssembledLinear implements PackedLinear {
  /** Bytes of tiles that stay in a second-level cache while groups of tokens go by. */
  private static final int SLAB = 192 << 10;

  private final KernelLibrary library;
  private final MemorySegment[] kernels;
  private final MemorySegment tiles;
  private final long tileBytes;
  private final Packing packing;
  private final int rows;
  private final int columns;
  private final int lanes;

  /**
   * Repacks the weight.
   *
   * @param tiles memory of {@link #bytes} bytes, which outlives this; best not touched yet
   * @param threads that repack, each the tiles that are its own when one token is multiplied
   */
  AssembledLinear(
      Tensor weight,
      TileFormat format,
      KernelLibrary library,
      MemorySegment tiles,
      Threads threads) {
    this.library = library;
    this.kernels = library.products(weight.format());
    this.tiles = tiles;
    this.packing = library.machine().packing(format);
    this.rows = weight.rows();
    this.columns = weight.columns();
    this.lanes = library.machine().lanes();
    this.tileBytes = format.tileBytes(columns, lanes);
    int together = RowParts.rows(columns, lanes, 1) / lanes;
    int count = Math.ceilDiv(rows, lanes);
    threads.place(
        (part, parts, lane) -> {
          int end = Math.min(count, (part + 1) * together);
          for (int tile = part * together; tile < end; tile++) {
            repack(weight, format, tile);
          }
        },
        Math.ceilDiv(count, together));
  }

  /** Bytes of this weight in tiles; the last tile's missing rows are zeros. */
  static long bytes(Tensor weight, TileFormat format, int lanes) {
    return Math.ceilDiv(weight.rows(), lanes) * format.tileBytes(weight.columns(), lanes);
  }

  private void repack(Tensor weight, TileFormat format, int tile) {
    int first = tile * lanes;
    int end = Math.min(first + lanes, rows);
    if (library.repacks(weight.format()) && weight.data().isNative()) {
      long codes = tiles.address() + tile * tileBytes;
      long scales = codes + format.scalesAt(columns, lanes);
      int blocks = columns / PackedLayout.BLOCK;
      long supers = scales + (long) blocks * format.scales().bytes() * lanes;
      for (int row = first; row < end; row++) {
        int lane = row - first;
        library.repack(
            weight.format(),
            weight.data().address() + row * weight.rowBytes(),
            codes + (long) lane * Integer.BYTES,
            scales + (long) lane * format.scales().rowStride(),
            supers + (long) lane * Short.BYTES,
            blocks);
      }
      return;
    }
    StoredRow row = format.rows().apply(weight.data());
    for (int r = first; r < end; r++) {
      row.moveTo(r * weight.rowBytes());
      format.store(row, columns, tiles, tile * tileBytes, r - first, lanes);
    }
  }

  Packing packing() {
    return packing;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int rowsPerTile() {
    return lanes;
  }

  @Override
  public boolean packsAs(PackedLinear other) {
    return other instanceof AssembledLinear tiles
        && tiles.columns == columns
        && tiles.packing == packing;
  }

  @Override
  public void reserve(PackedInput into, int tokens) {
    into.reserve(packing.bytes(tokens, columns));
  }

  @Override
  public int packingParts(int tokens) {
    return PackedLayout.groups(tokens);
  }

  @Override
  public void pack(float[] x, int tokens, int part, PackedInput into) {
    library.requireOpen();
    int count = PackedLayout.tokensOf(part, tokens);
    long group = into.memory().address() + packing.groupAt(part, columns);
    for (int t = 0; t < count; t++) {
      library.pack(
          packing,
          group + PackedLayout.codeAt(0, t, count, library.machine().columnsTogether()),
          group + PackedLayout.scaleAt(t, count),
          count,
          x,
          (part * PackedLayout.GROUP + t) * columns,
          columns / PackedLayout.BLOCK);
    }
  }

  @Override
  public void multiply(
      PackedInput x, int tokens, float[] out, int firstRow, int endRow, Lane lane) {
    library.requireOpen();
    int firstTile = firstRow / lanes;
    int endTile = Math.ceilDiv(endRow, lanes);
    int slab = (int) Math.max(1, SLAB / tileBytes);
    for (int from = firstTile; from < endTile; from += slab) {
      int to = Math.min(endTile, from + slab);
      for (int group = 0; group < PackedLayout.groups(tokens); group++) {
        for (int tile = from; tile < to; tile++) {
          multiply(x, group, tokens, out, tile, firstRow, endRow, lane);
        }
      }
    }
  }

  /** One tile with one group of tokens; rows outside the range are computed and left out. */
  private void multiply(
      PackedInput x,
      int group,
      int tokens,
      float[] out,
      int tile,
      int firstRow,
      int endRow,
      Lane lane) {
    int count = PackedLayout.tokensOf(group, tokens);
    long input = x.memory().address() + packing.groupAt(group, columns);
    MemorySegment kernel = kernels[count - 1];
    long weights = tiles.address() + tile * tileBytes;
    int blocks = columns / PackedLayout.BLOCK;
    int row = tile * lanes;
    int firstOut = group * PackedLayout.GROUP * rows;
    if (row >= firstRow && row + lanes <= endRow) {
      KernelCalls.call(
          kernel, weights, input, out, firstOut + row, blocks, (long) rows * Float.BYTES);
      return;
    }
    float[] whole = lane.floats(count * lanes);
    KernelCalls.call(kernel, weights, input, whole, 0, blocks, (long) lanes * Float.BYTES);
    int from = Math.max(row, firstRow);
    int to = Math.min(row + lanes, endRow);
    for (int t = 0; t < count; t++) {
      System.arraycopy(whole, t * lanes + from - row, out, firstOut + t * rows + from, to - from);
    }
  }
}
