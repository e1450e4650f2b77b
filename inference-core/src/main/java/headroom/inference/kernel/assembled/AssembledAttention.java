package headroom.inference.kernel.assembled;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kvcache.CellMemory;
import headroom.inference.kvcache.KvRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
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

  // What scores are filled up with. Whole stretches are copied, for a loop over memory outside the
  // heap takes the compiler longer than a prompt's attention does.
  private static final MemorySegment ZEROS = row(0);
  private static final MemorySegment UNSEEN = row(Float.NEGATIVE_INFINITY);

  private final KernelLibrary library;
  private final AttentionShape shape;
  private final int firstHead;
  private final int endHead;
  private final int firstToken;
  private final int endToken;
  private final int perHead;
  private final Lane lane;

  // Bytes of the lane's memory where things start.
  private final long scoresAt;
  private final long outAt;
  private final long keysAt;
  private final long valuesAt;
  private final MemorySegment memory;

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
    this.perHead = (endToken - firstToken) * shape.group();
    this.lane = lane;
    long queries = queries();
    scoresAt = queries * shape.keySize() * Float.BYTES;
    outAt = scoresAt + queries * ScoreRow.BYTES;
    keysAt = outAt + queries * shape.valueSize() * Float.BYTES;
    valuesAt = keysAt + (long) ScoreRow.CELLS * shape.keySize() * Float.BYTES;
    lane.attention().reserve(valuesAt + (long) ScoreRow.CELLS * shape.valueSize() * Float.BYTES);
    memory = lane.attention().memory();
  }

  private static MemorySegment row(float value) {
    float[] row = new float[ScoreRow.CELLS];
    Arrays.fill(row, value);
    return Arena.global().allocateFrom(FLOAT, row);
  }

  /** True where heads are whole registers long. */
  static boolean serves(AttentionShape shape) {
    return shape.keySize() % RowFormat.STEP == 0 && shape.valueSize() % RowFormat.STEP == 0;
  }

  private int queries() {
    return (endHead - firstHead) * perHead;
  }

  /** The head and the token of a query: those of one key-value head follow each other. */
  private int head(int query) {
    return (firstHead + query / perHead) * shape.group() + query % shape.group();
  }

  private int token(int query) {
    return firstToken + query % perHead / shape.group();
  }

  /** As {@link headroom.inference.kernel.Kernels#attend}. */
  void attend(float[] query, int position, KvRows keys, KvRows values, float[] out) {
    start(query);
    for (int q = 0; q < queries(); q++) {
      float sink = shape.sink(head(q));
      memory.set(FLOAT, place(q, ScoreRow.LARGEST), sink);
      memory.set(FLOAT, place(q, ScoreRow.SUM), Float.isInfinite(sink) ? 0 : 1);
    }
    visit(shape.firstVisible(position + firstToken), position + endToken, position, keys, values);
    int size = shape.valueSize();
    for (int q = 0; q < queries(); q++) {
      int to = (token(q) * shape.heads() + head(q)) * size;
      float share = 1 / memory.get(FLOAT, place(q, ScoreRow.SUM));
      MemorySegment.copy(memory, FLOAT, outAt + (long) q * size * Float.BYTES, out, to, size);
      for (int i = 0; i < size; i++) {
        out[to + i] *= share;
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
    for (int q = 0; q < queries(); q++) {
      memory.set(FLOAT, place(q, ScoreRow.LARGEST), Float.NEGATIVE_INFINITY);
      memory.set(FLOAT, place(q, ScoreRow.SUM), 0);
    }
    visit(firstCell, endCell, position, keys, values);
    int size = shape.valueSize();
    for (int q = 0; q < queries(); q++) {
      int to = PartialAttention.at(shape, token(q) - firstToken, head(q), partialOffset);
      MemorySegment.copy(memory, FLOAT, outAt + (long) q * size * Float.BYTES, partial, to, size);
      partial[to + size] = memory.get(FLOAT, place(q, ScoreRow.LARGEST));
      partial[to + size + 1] = memory.get(FLOAT, place(q, ScoreRow.SUM));
    }
  }

  /** Scaled queries; nothing mixed yet. */
  private void start(float[] query) {
    int size = shape.keySize();
    float[] scaled = lane.floats(size);
    for (int q = 0; q < queries(); q++) {
      int from = (token(q) * shape.heads() + head(q)) * size;
      for (int i = 0; i < size; i++) {
        scaled[i] = query[from + i] * shape.scale();
      }
      MemorySegment.copy(scaled, 0, memory, FLOAT, (long) q * size * Float.BYTES, size);
    }
    memory.asSlice(outAt, keysAt - outAt).fill((byte) 0);
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

  private int firstQuery(int head) {
    return (head - firstHead) * perHead;
  }

  private long place(int query, int place) {
    return scoresAt + (long) query * ScoreRow.BYTES + ScoreRow.at(place);
  }

  private void score(KvRows keys, int head, int tile, int cells) {
    int size = shape.keySize();
    Rows rows = rows(keys, head, tile, cells, size, keysAt);
    int end = firstQuery(head) + perHead;
    boolean few = perHead < MANY && size % PackedLayout.BLOCK == 0;
    for (int q = firstQuery(head); q < end; ) {
      long query = (long) q * size * Float.BYTES;
      long scores = place(q, 0);
      int count;
      if (few) {
        count = KernelLibrary.next(end - q, CachedFormat.QUERIES);
        int blocks = size / PackedLayout.BLOCK;
        library.score(
            rows.format,
            count,
            rows.address,
            memory,
            query,
            memory,
            scores,
            blocks,
            rows.stride,
            cells);
      } else {
        count = KernelLibrary.nextVectors(end - q);
        library.dot(
            (RowFormat) rows.format,
            count,
            rows.address,
            memory,
            query,
            memory,
            scores,
            size / RowFormat.STEP,
            rows.stride,
            ScoreRow.BYTES,
            cells);
      }
      q += count;
    }
  }

  /** Tokens that see the same of this tile are taken together. */
  private void toShares(int head, int tile, int cells, int position) {
    for (int token = firstToken; token < endToken; ) {
      int first = firstSeen(token, tile, position);
      int last = lastSeen(token, tile, cells, position);
      int next = token + 1;
      while (next < endToken
          && firstSeen(next, tile, position) == first
          && lastSeen(next, tile, cells, position) == last) {
        next++;
      }
      int q = firstQuery(head) + (token - firstToken) * shape.group();
      soften(q, q + (next - token) * shape.group(), first, last);
      token = next;
    }
  }

  private int firstSeen(int token, int tile, int position) {
    return Math.max(0, shape.firstVisible(position + token) - tile);
  }

  private static int lastSeen(int token, int tile, int cells, int position) {
    return Math.min(cells, position + token + 1 - tile);
  }

  /** Scores of cells from {@code first} to {@code last} become shares, those outside zero. */
  private void soften(int from, int to, int first, int last) {
    if (first >= last) {
      for (int q = from; q < to; q++) {
        fill(q, 0, ScoreRow.CELLS, ZEROS);
        memory.set(FLOAT, place(q, ScoreRow.SHRINK), 1);
      }
      return;
    }
    int end = Math.ceilDiv(last, RowFormat.STEP) * RowFormat.STEP;
    for (int q = from; q < to; q++) {
      fill(q, 0, first, UNSEEN);
      fill(q, last, end, UNSEEN);
      if (!Float.isInfinite(shape.softcap())) {
        cap(q, first, last);
      }
    }
    library.soften(memory, place(from, 0), end / RowFormat.STEP, to - from);
    for (int q = from; q < to; q++) {
      fill(q, 0, first, ZEROS);
      fill(q, last, ScoreRow.CELLS, ZEROS);
    }
  }

  private void fill(int q, int first, int end, MemorySegment with) {
    if (first < end) {
      MemorySegment.copy(with, 0, memory, place(q, first), (long) (end - first) * Float.BYTES);
    }
  }

  private void cap(int q, int first, int last) {
    float cap = shape.softcap();
    for (int i = first; i < last; i++) {
      float score = memory.get(FLOAT, place(q, i));
      memory.set(FLOAT, place(q, i), cap * (float) Math.tanh(score / cap));
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
          memory,
          place(q, 0),
          memory,
          outAt + (long) q * size * Float.BYTES,
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
    Rows decoded = new Rows(RowFormat.F32, memory.address() + at, (long) size * Float.BYTES);
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
        library.decode(blocks, from, memory, at, count, stride, decoded.stride, cells);
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
