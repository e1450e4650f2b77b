package headroom.inference.kernel.assembled;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kvcache.CellMemory;
import headroom.inference.kvcache.KvRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Attention over tiles of the cache with a running softmax (arXiv 1805.02867; FlashAttention, arXiv
 * 2205.14135): keys are scored, {@link Machine#soften} turns scores into shares, {@link
 * Machine#mix} mixes the values. A few queries read the cache where it lies ({@link
 * Machine#score}); for many, what is no floats is decoded tile by tile ({@link Machine#decode}) and
 * scored by {@link Machine#dot}.
 *
 * <p>Within a tile heads follow each other as they lie in the cache, so that memory is read in
 * order.
 */
final class AssembledAttention {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Queries to one head from which on a decoded tile pays: two rounds of a kernel. */
  private static final int MANY = 2 * CachedFormat.QUERIES + 1;

  private final KernelLibrary library;
  private final AttentionShape shape;
  private final int firstHead;
  private final int endHead;
  private final int firstToken;
  private final int endToken;
  private final int group;
  private final int perHead;
  private final Lane lane;

  // Bytes of the lane's memory where things start.
  private final long scoresAt;
  private final long outAt;
  private final long keysAt;
  private final long valuesAt;
  private final MemorySegment memory;
  private final long base; // its address

  /**
   * @param firstHead of the key-value heads, to {@code endHead} (exclusive)
   */
  AssembledAttention(
      KernelLibrary library,
      AttentionShape shape,
      int firstHead,
      int endHead,
      int firstToken,
      int endToken,
      Lane lane) {
    library.requireOpen();
    this.library = library;
    this.shape = shape;
    this.firstHead = firstHead;
    this.endHead = endHead;
    this.firstToken = firstToken;
    this.endToken = endToken;
    this.group = shape.group();
    this.perHead = (endToken - firstToken) * group;
    this.lane = lane;
    long queries = (long) (endHead - firstHead) * perHead;
    scoresAt = queries * shape.keySize() * Float.BYTES;
    outAt = scoresAt + queries * ScoreRow.BYTES;
    keysAt = outAt + queries * shape.valueSize() * Float.BYTES;
    valuesAt = keysAt + (long) ScoreRow.CELLS * shape.keySize() * Float.BYTES;
    lane.attention().reserve(valuesAt + (long) ScoreRow.CELLS * shape.valueSize() * Float.BYTES);
    memory = lane.attention().memory(); // the lane keeps it while it is called with addresses
    base = memory.address();
  }

  /** True where heads are whole registers long. */
  static boolean serves(AttentionShape shape) {
    return shape.keySize() % RowFormat.STEP == 0 && shape.valueSize() % RowFormat.STEP == 0;
  }

  /** The first query of a head, and of one of its tokens: these follow each other. */
  private int firstQuery(int head) {
    return (head - firstHead) * perHead;
  }

  private int firstQuery(int head, int token) {
    return firstQuery(head) + (token - firstToken) * group;
  }

  /** Where a query's scores start. */
  private long row(int query) {
    return base + scoresAt + (long) query * ScoreRow.BYTES;
  }

  /** Where its mixed values start. */
  private long mixed(int query) {
    return base + outAt + (long) query * shape.valueSize() * Float.BYTES;
  }

  /** As {@link headroom.inference.kernel.Kernels#attend}. */
  void attend(float[] query, int position, KvRows keys, KvRows values, float[] out) {
    start(query);
    if (shape.sinks() != null) {
      pourSinks();
    }
    visit(shape.firstVisible(position + firstToken), position + endToken, position, keys, values);
    for (int head = firstHead; head < endHead; head++) {
      for (int token = firstToken; token < endToken; token++) {
        end(false, head, token, out, (token * shape.heads() + head * group) * shape.valueSize());
      }
    }
  }

  /** As {@link headroom.inference.kernel.Kernels#attendSome}. */
  void attendSome(
      float[] query,
      int position,
      int firstCell,
      int endCell,
      KvRows keys,
      KvRows values,
      float[] partial,
      int partialOffset) {
    start(query);
    visit(firstCell, endCell, position, keys, values);
    for (int head = firstHead; head < endHead; head++) {
      for (int token = firstToken; token < endToken; token++) {
        int to = PartialAttention.at(shape, token - firstToken, head * group, partialOffset);
        end(true, head, token, partial, to);
      }
    }
  }

  /** Scaled queries; nothing seen and nothing mixed yet. */
  private void start(float[] query) {
    int size = shape.keySize();
    for (int head = firstHead; head < endHead; head++) {
      for (int token = firstToken; token < endToken; token++) {
        int q = firstQuery(head, token);
        int from = (token * shape.heads() + head * group) * size;
        long into = base + (long) q * size * Float.BYTES;
        library.start(query, from, into, row(q), group * size, group, shape.scale());
      }
    }
    memory.asSlice(outAt, keysAt - outAt).fill((byte) 0);
  }

  private void end(boolean part, int head, int token, float[] out, int to) {
    int q = firstQuery(head, token);
    library.end(part, out, to, row(q), mixed(q), shape.valueSize(), group);
  }

  /** Each head's sink is a score that was seen before all others. */
  private void pourSinks() {
    for (int q = 0; q < (endHead - firstHead) * perHead; q++) {
      float sink = shape.sink((firstHead + q / perHead) * group + q % group);
      memory.set(FLOAT, row(q) - base + ScoreRow.at(ScoreRow.LARGEST), sink);
      memory.set(FLOAT, row(q) - base + ScoreRow.at(ScoreRow.SUM), 1);
    }
  }

  private void visit(int firstCell, int endCell, int position, KvRows keys, KvRows values) {
    for (int tile = firstCell; tile < endCell; tile += ScoreRow.CELLS) {
      int cells = Math.min(ScoreRow.CELLS, endCell - tile);
      for (int head = firstHead; head < endHead; head++) {
        score(keys, head, tile, cells);
        toShares(head, tile, cells, position);
        mix(values, head, tile, cells);
      }
    }
  }

  private void score(KvRows keys, int head, int tile, int cells) {
    int size = shape.keySize();
    Rows rows = rows(keys, head, tile, cells, size, keysAt);
    int end = firstQuery(head) + perHead;
    boolean few = perHead < MANY && size % PackedLayout.BLOCK == 0;
    for (int q = firstQuery(head); q < end; ) {
      int count = KernelLibrary.next(end - q, few ? CachedFormat.QUERIES : RowFormat.VECTORS);
      long query = base + (long) q * size * Float.BYTES;
      if (few) {
        long blocks = size / PackedLayout.BLOCK;
        library.score(rows.format, count, rows.address, query, row(q), blocks, rows.stride, cells);
      } else {
        RowFormat format = (RowFormat) rows.format;
        long blocks = size / RowFormat.STEP;
        library.dot(
            format, count, rows.address, query, row(q), blocks, rows.stride, ScoreRow.BYTES, cells);
      }
      q += count;
    }
  }

  /** Tokens that see the same of this tile are taken together. */
  private void toShares(int head, int tile, int cells, int position) {
    for (int token = firstToken; token < endToken; ) {
      int last = lastSeen(token, tile, cells, position);
      int first = firstSeen(token, tile, last, position);
      int next = token + 1;
      while (next < endToken
          && lastSeen(next, tile, cells, position) == last
          && firstSeen(next, tile, last, position) == first) {
        next++;
      }
      int q = firstQuery(head, token);
      soften(q, q + (next - token) * group, first, last);
      token = next;
    }
  }

  /** {@code last} where nothing of the tile is seen. */
  private int firstSeen(int token, int tile, int last, int position) {
    return Math.clamp(shape.firstVisible(position + token) - tile, 0, last);
  }

  private static int lastSeen(int token, int tile, int cells, int position) {
    return Math.clamp(position + token + 1 - tile, 0, cells);
  }

  /** Scores of cells from {@code first} to {@code last} become shares, those outside zero. */
  private void soften(int from, int to, int first, int last) {
    if (!Float.isInfinite(shape.softcap())) {
      for (int q = from; q < to; q++) {
        cap(q, first, last);
      }
    }
    library.soften(row(from), first, last, to - from);
  }

  private void cap(int q, int first, int last) {
    float cap = shape.softcap();
    for (int i = first; i < last; i++) {
      long at = row(q) - base + ScoreRow.at(i);
      memory.set(FLOAT, at, cap * (float) Math.tanh(memory.get(FLOAT, at) / cap));
    }
  }

  private void mix(KvRows values, int head, int tile, int cells) {
    int size = shape.valueSize();
    Rows rows = rows(values, head, tile, cells, size, valuesAt);
    int end = firstQuery(head) + perHead;
    for (int q = firstQuery(head); q < end; ) {
      int count = KernelLibrary.next(end - q, CachedFormat.QUERIES);
      library.mix(
          rows.format,
          count,
          rows.address,
          row(q),
          mixed(q),
          size / RowFormat.STEP,
          rows.stride,
          (long) size * Float.BYTES,
          cells);
      q += count;
    }
  }

  private record Rows(CachedFormat format, long address, long stride) {}

  /** Where rows lie, or where they were made floats of. */
  private Rows rows(KvRows rows, int head, int tile, int cells, int size, long at) {
    Rows decoded = new Rows(RowFormat.F32, base + at, (long) size * Float.BYTES);
    Optional<CellMemory> stored = rows.memory();
    if (stored.isPresent()) {
      long from = stored.get().address(tile, head);
      long stride = stored.get().stride();
      Optional<CachedFormat> format = CachedFormat.of(stored.get().format());
      if (format.isPresent() && (format.get() instanceof RowFormat || perHead < MANY)) {
        return new Rows(format.get(), from, stride);
      }
      if (format.isPresent() && format.get() instanceof CacheFormat blocks) {
        int count = size / PackedLayout.BLOCK;
        library.decode(blocks, from, base + at, count, stride, decoded.stride, cells);
        return decoded;
      }
    }
    float[] one = lane.floats(ScoreRow.CELLS * size);
    for (int i = 0; i < cells; i++) {
      rows.read(tile + i, head, one, i * size);
    }
    MemorySegment.copy(one, 0, memory, FLOAT, at, cells * size);
    return decoded;
  }
}
