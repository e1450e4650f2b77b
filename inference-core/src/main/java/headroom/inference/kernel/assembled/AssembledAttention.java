package headroom.inference.kernel.assembled;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kvcache.CellMemory;
import headroom.inference.kvcache.KvRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Attention over tiles of the cache with a running softmax (arXiv 1805.02867; FlashAttention, arXiv
 * 2205.14135): {@link Machine#dot} scores a tile's keys, {@link Machine#soften} turns scores into
 * shares, {@link Machine#mix} mixes the values. Caches of floats are read where they lie; others
 * are decoded tile by tile, by {@link Machine#decode} where it knows their format, once for all
 * queries that see them.
 */
final class AssembledAttention {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final KernelLibrary library;
  private final AttentionShape shape;
  private final int kvHead;
  private final int firstToken;
  private final int queries;
  private final Lane lane;

  // Bytes of the lane's memory where things start.
  private final long scoresAt;
  private final long outAt;
  private final long keysAt;
  private final long valuesAt;
  private final MemorySegment memory;

  AssembledAttention(
      KernelLibrary library,
      AttentionShape shape,
      int kvHead,
      int firstToken,
      int endToken,
      Lane lane) {
    this.library = library;
    this.shape = shape;
    this.kvHead = kvHead;
    this.firstToken = firstToken;
    this.queries = (endToken - firstToken) * shape.group();
    this.lane = lane;
    scoresAt = (long) queries * shape.keySize() * Float.BYTES;
    outAt = scoresAt + (long) queries * ScoreRow.BYTES;
    keysAt = outAt + (long) queries * shape.valueSize() * Float.BYTES;
    valuesAt = keysAt + (long) ScoreRow.CELLS * shape.keySize() * Float.BYTES;
    lane.attention().reserve(valuesAt + (long) ScoreRow.CELLS * shape.valueSize() * Float.BYTES);
    memory = lane.attention().memory();
  }

  /** True where heads are whole registers long. */
  static boolean serves(AttentionShape shape) {
    return shape.keySize() % RowFormat.STEP == 0 && shape.valueSize() % RowFormat.STEP == 0;
  }

  /** As {@link headroom.inference.kernel.Kernels#attend}. */
  void attend(float[] query, int endToken, int position, KvRows keys, KvRows values, float[] out) {
    start(query);
    int end = position + endToken;
    for (int tile = shape.firstVisible(position + firstToken); tile < end; tile += ScoreRow.CELLS) {
      int cells = Math.min(ScoreRow.CELLS, end - tile);
      score(keys, tile, cells);
      for (int q = 0; q < queries; q++) {
        int at = position + firstToken + q / shape.group();
        soften(q, Math.max(0, shape.firstVisible(at) - tile), Math.min(cells, at + 1 - tile));
      }
      mix(values, tile, cells);
    }
    finish(out);
  }

  /** Scaled queries; nothing seen yet but sinks, which are scores that came before all others. */
  private void start(float[] query) {
    int size = shape.keySize();
    for (int q = 0; q < queries; q++) {
      int head = kvHead * shape.group() + q % shape.group();
      int from = ((firstToken + q / shape.group()) * shape.heads() + head) * size;
      for (int i = 0; i < size; i++) {
        memory.set(FLOAT, ((long) q * size + i) * Float.BYTES, query[from + i] * shape.scale());
      }
      float sink = shape.sink(head);
      memory.set(FLOAT, place(q, ScoreRow.LARGEST), sink);
      memory.set(FLOAT, place(q, ScoreRow.SUM), Float.isInfinite(sink) ? 0 : 1);
    }
    memory.asSlice(outAt, keysAt - outAt).fill((byte) 0);
  }

  private long place(int query, int place) {
    return scoresAt + (long) query * ScoreRow.BYTES + ScoreRow.at(place);
  }

  private void score(KvRows keys, int tile, int cells) {
    int size = shape.keySize();
    Rows rows = rows(keys, tile, cells, size, keysAt);
    for (int q = 0; q < queries; ) {
      int count = KernelLibrary.nextVectors(queries - q);
      library.dot(
          rows.format,
          count,
          rows.address,
          memory,
          (long) q * size * Float.BYTES,
          memory,
          place(q, 0),
          size / RowFormat.STEP,
          rows.stride,
          ScoreRow.BYTES,
          cells);
      q += count;
    }
  }

  /** Scores of cells from {@code first} to {@code last} become shares, those outside zero. */
  private void soften(int q, int first, int last) {
    if (first >= last) {
      memory.asSlice(place(q, 0), ScoreRow.CELLS * Float.BYTES).fill((byte) 0);
      memory.set(FLOAT, place(q, ScoreRow.SHRINK), 1);
      return;
    }
    for (int i = 0; i < first; i++) {
      memory.set(FLOAT, place(q, i), Float.NEGATIVE_INFINITY);
    }
    for (int i = last; i < ScoreRow.CELLS; i++) {
      memory.set(FLOAT, place(q, i), Float.NEGATIVE_INFINITY);
    }
    float cap = shape.softcap();
    if (!Float.isInfinite(cap)) {
      for (int i = first; i < last; i++) {
        float score = memory.get(FLOAT, place(q, i));
        memory.set(FLOAT, place(q, i), cap * (float) Math.tanh(score / cap));
      }
    }
    library.soften(memory, place(q, 0), Math.ceilDiv(last, RowFormat.STEP));
    for (int i = 0; i < first; i++) {
      memory.set(FLOAT, place(q, i), 0);
    }
    for (int i = last; i < ScoreRow.CELLS; i++) {
      memory.set(FLOAT, place(q, i), 0);
    }
  }

  private void mix(KvRows values, int tile, int cells) {
    int size = shape.valueSize();
    Rows rows = rows(values, tile, cells, size, valuesAt);
    for (int q = 0; q < queries; ) {
      int count = KernelLibrary.nextVectors(queries - q);
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

  private record Rows(RowFormat format, long address, long stride) {}

  private Rows rows(KvRows rows, int tile, int cells, int size, long at) {
    Rows decoded = new Rows(RowFormat.F32, memory.address() + at, (long) size * Float.BYTES);
    Optional<CellMemory> stored = rows.memory();
    if (stored.isPresent()) {
      long from = stored.get().address(tile, kvHead);
      long stride = stored.get().stride();
      Optional<RowFormat> floats = RowFormat.of(stored.get().format());
      if (floats.isPresent()) {
        return new Rows(floats.get(), from, stride);
      }
      Optional<CacheFormat> blocks = CacheFormat.of(stored.get().format());
      if (blocks.isPresent()) {
        int count = size / PackedLayout.BLOCK;
        library.decode(blocks.get(), from, memory, at, count, stride, decoded.stride, cells);
        return decoded;
      }
    }
    float[] one = lane.floats(ScoreRow.CELLS * size);
    for (int i = 0; i < cells; i++) {
      rows.read(tile + i, kvHead, one, i * size);
    }
    MemorySegment.copy(one, 0, memory, FLOAT, at, cells * size);
    return decoded;
  }

  private void finish(float[] out) {
    int size = shape.valueSize();
    for (int q = 0; q < queries; q++) {
      int head = kvHead * shape.group() + q % shape.group();
      int to = ((firstToken + q / shape.group()) * shape.heads() + head) * size;
      float share = 1 / memory.get(FLOAT, place(q, ScoreRow.SUM));
      for (int i = 0; i < size; i++) {
        out[to + i] = memory.get(FLOAT, outAt + ((long) q * size + i) * Float.BYTES) * share;
      }
    }
  }
}
