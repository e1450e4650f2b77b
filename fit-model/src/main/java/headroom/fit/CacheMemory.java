package headroom.fit;

import headroom.fit.Techniques.SparseRead;
import headroom.kv.CacheCells;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.LayerSpec;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/** What each layer keeps per token or per sequence, and what all layers keep together. */
final class CacheMemory {
  private static final String COMMIT =
      "https://github.com/ggml-org/llama.cpp/blob/1dab5f5a443a7b972005c56fb92eca2b07d57fea/src/";

  /** The families of cache that get a line of their own. */
  enum Kind {
    FULL("KV cache, full attention", COMMIT + "llama-kv-cache.cpp#L139"),
    SLIDING("KV cache, sliding window", COMMIT + "llama-kv-cache-iswa.cpp#L50"),
    LATENT(
        "KV cache, latent attention",
        "arXiv 2405.04434, section 2.1; " + COMMIT + "llama-kv-cache.cpp#L136"),
    COMPRESSED(
        "compressed keys",
        "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-kv-cache-dsv4.cpp"),
    INDEXER(
        "indexer keys",
        "DeepSeek-V3.2 lightning indexer: one key per token and layer;"
            + " https://github.com/ggml-org/llama.cpp/blob/0596704284bffe8350eef4a9510316258ed6b87a/src/llama-kv-cache-dsa.cpp"),
    RECURRENT("recurrent state", COMMIT + "llama-memory-recurrent.cpp#L94");

    private final String what;
    private final String source;

    Kind(String what, String source) {
      this.what = what;
      this.source = source;
    }

    /** For people. */
    String what() {
      return what;
    }

    /** Where its rule comes from, and the papers whose formats or schemes the question asks for. */
    String source(FitQuestion question) {
      Techniques techniques = question.techniques();
      boolean keysOnly = this == LATENT || this == INDEXER;
      boolean known =
          question.keyFormat().ggml().isPresent()
              && (keysOnly || question.valueFormat().ggml().isPresent());
      if (this == RECURRENT || known && techniques.cacheSources().isEmpty()) {
        return source;
      }
      Set<String> sources = new LinkedHashSet<>(List.of(source));
      if (question.keyFormat().ggml().isEmpty()) {
        sources.add(question.keyFormat().source());
      }
      if (!keysOnly && question.valueFormat().ggml().isEmpty()) {
        sources.add(question.valueFormat().source());
      }
      sources.addAll(techniques.cacheSources());
      return String.join("; ", sources);
    }
  }

  /**
   * What one layer keeps in one kind of cache.
   *
   * @param kind which cache
   * @param bytes all sequences together
   * @param formula of one layer, with the numbers put in
   */
  record LayerCache(Kind kind, Bytes bytes, Supplier<String> formula) {}

  private CacheMemory() {}

  /** What one layer keeps; empty where it has no token mixer or reads another layer's cache. */
  static List<LayerCache> ofLayer(LayerSpec layer, FitQuestion question) {
    if (!layer.ownsCache()) {
      return List.of();
    }
    List<LayerCache> caches = ofMixer(layer.attention(), question);
    if (layer.beside().isEmpty()) {
      return caches;
    }
    List<LayerCache> both = new ArrayList<>(caches);
    both.add(recurrent(layer.beside().get(), question));
    return both;
  }

  private static List<LayerCache> ofMixer(AttentionSpec mixer, FitQuestion question) {
    return switch (mixer) {
      case GroupedQuery attention ->
          keysAndValues(Kind.FULL, attention, groupedCells(question), question);
      case AttentionSpec.SlidingWindow attention ->
          attention.compression().isPresent()
              ? compressed(attention, attention.compression().get(), question)
              : keysAndValues(
                  Kind.SLIDING, attention.heads(), slidingCells(attention, question), question);
      case AttentionSpec.LatentAttention attention ->
          EngineMemory.of(question.engine()).latent(attention, question);
      case AttentionSpec.Recurrent attention -> List.of(recurrent(attention, question));
      case AttentionSpec.None attention -> List.of();
    };
  }

  /** Whole keys and values of every head, as engines keep them that do not know latents. */
  static List<LayerCache> unfolded(AttentionSpec.LatentAttention attention, FitQuestion question) {
    return keysAndValues(
        Kind.FULL,
        new GroupedQuery(
            attention.heads(),
            attention.heads(),
            attention.keySize() + attention.ropeSize(),
            attention.valueSize()),
        fullCells(question),
        question);
  }

  static CacheCells fullCells(FitQuestion question) {
    if (question.cacheWindow().isPresent()) {
      return CacheCells.evicted(
          question.cacheWindow().getAsInt(), question.contextLength(), question.sequences());
    }
    int prefix = sharedPrefix(question);
    return switch (question.techniques().allocation()) {
      case CacheAllocation.Shared shared ->
          prefix == 0
              ? EngineMemory.of(question.engine()).fullCells(question)
              : CacheCells.sharing(prefix, question.contextLength(), question.sequences());
      case CacheAllocation.Paged(int page, double filled) -> {
        long tokens = (long) Math.ceil(question.contextPerSequence() * filled);
        yield CacheCells.paged(tokens, (int) Math.min(prefix, tokens), question.sequences(), page);
      }
      case CacheAllocation.Contiguous(int tokens) ->
          CacheCells.contiguous(
              Math.max(tokens, question.contextPerSequence()), question.sequences());
    };
  }

  /** Tokens that sequences really have in common: none where there is only one. */
  private static int sharedPrefix(FitQuestion question) {
    return question.sequences() == 1
        ? 0
        : Math.min(question.techniques().sharedPrefix().orElse(0), question.contextPerSequence());
  }

  /** Cells of full attention, with the summaries that sparse attention keeps. */
  private static CacheCells groupedCells(FitQuestion question) {
    CacheCells cells = fullCells(question);
    OptionalInt stride =
        question.techniques().sparseRead().map(SparseRead::stride).orElse(OptionalInt.empty());
    return stride.isPresent() ? cells.withSummaries(stride.getAsInt()) : cells;
  }

  static CacheCells slidingCells(AttentionSpec.SlidingWindow attention, FitQuestion question) {
    int window = Math.min(attention.window(), question.cacheWindow().orElse(Integer.MAX_VALUE));
    return EngineMemory.of(question.engine()).slidingCells(window, question);
  }

  /** The keys of the window, one entry for every few tokens, and the sums that make entries. */
  private static List<LayerCache> compressed(
      AttentionSpec.SlidingWindow attention,
      AttentionSpec.Compression compression,
      FitQuestion question) {
    GroupedQuery heads = attention.heads();
    List<LayerCache> caches =
        new ArrayList<>(
            keysAndValues(Kind.SLIDING, heads, slidingCells(attention, question), question));
    int entries = Math.ceilDiv(question.contextPerSequence(), compression.ratio());
    CacheCells cells = CacheCells.streams(question.sequences(), CacheCells.full(entries));
    long row = (long) heads.kvHeads() * heads.keySize();
    caches.add(entries(Kind.COMPRESSED, row, cells, question));
    caches.add(sums(row, compression, question));
    if (compression.indexer().isPresent()) {
      int key = compression.indexer().get().headSize();
      caches.add(entries(Kind.INDEXER, key, cells, question));
      caches.add(sums(key, compression, question));
    }
    return caches;
  }

  private static LayerCache entries(Kind kind, long row, CacheCells cells, FitQuestion question) {
    Bytes bytes = question.keyFormat().rowBytes(row);
    return new LayerCache(
        kind,
        bytes.times(cells.cells()),
        () ->
            "%s × (%d as %s = %d B)"
                .formatted(cellText(cells), row, question.keyFormat().id(), bytes.value()));
  }

  /**
   * Keys and scores of the entries that are being made, in F32; twice of both where they overlap.
   */
  private static LayerCache sums(
      long row, AttentionSpec.Compression compression, FitQuestion question) {
    int times = compression.overlaps() ? 2 : 1;
    long elements = 2L * times * row * times * compression.ratio();
    return new LayerCache(
        Kind.COMPRESSED,
        Bytes.of(Float.BYTES * elements).times(question.sequences()),
        () ->
            "%d sequences × 2 × (%d × %d) × (%d × %d tokens) × 4 B"
                .formatted(question.sequences(), times, row, times, compression.ratio()));
  }

  private static List<LayerCache> keysAndValues(
      Kind kind, GroupedQuery attention, CacheCells cells, FitQuestion question) {
    if (attention.kvHeads() == 0) {
      return List.of();
    }
    Bytes keys = question.keyFormat().rowBytes((long) attention.kvHeads() * attention.keySize());
    Bytes values =
        question.valueFormat().rowBytes((long) attention.kvHeads() * attention.valueSize());
    Supplier<String> formula =
        () ->
            "%s × (%d × %d keys as %s = %d B + %d × %d values as %s = %d B)"
                .formatted(
                    cellText(cells),
                    attention.kvHeads(),
                    attention.keySize(),
                    question.keyFormat().id(),
                    keys.value(),
                    attention.kvHeads(),
                    attention.valueSize(),
                    question.valueFormat().id(),
                    values.value());
    return List.of(new LayerCache(kind, keys.plus(values).times(cells.cells()), formula));
  }

  /** The latent and the rotary key of each token, and its indexer key where there is one. */
  static List<LayerCache> latent(AttentionSpec.LatentAttention attention, FitQuestion question) {
    CacheCells cells = fullCells(question);
    List<LayerCache> caches = new ArrayList<>();
    Bytes row = question.keyFormat().rowBytes((long) attention.latentSize() + attention.ropeSize());
    caches.add(
        new LayerCache(
            Kind.LATENT,
            row.times(cells.cells()),
            () ->
                "%s × (%d latent + %d rotary as %s = %d B), no values stored"
                    .formatted(
                        cellText(cells),
                        attention.latentSize(),
                        attention.ropeSize(),
                        question.keyFormat().id(),
                        row.value())));
    attention
        .indexer()
        .ifPresent(
            indexer -> {
              Bytes key = question.keyFormat().rowBytes(indexer.headSize());
              caches.add(
                  new LayerCache(
                      Kind.INDEXER,
                      key.times(cells.cells()),
                      () ->
                          "%s × (%d as %s = %d B)"
                              .formatted(
                                  cellText(cells),
                                  indexer.headSize(),
                                  question.keyFormat().id(),
                                  key.value())));
            });
    return caches;
  }

  /** The latents once more, transposed, beside {@link #latent}. */
  static LayerCache transposed(AttentionSpec.LatentAttention attention, FitQuestion question) {
    CacheCells cells = fullCells(question);
    Bytes row = question.valueFormat().rowBytes(attention.latentSize());
    return new LayerCache(
        Kind.LATENT,
        row.times(cells.cells()),
        () ->
            "%s × (%d latent, transposed, as %s = %d B)"
                .formatted(
                    cellText(cells),
                    attention.latentSize(),
                    question.valueFormat().id(),
                    row.value()));
  }

  private static LayerCache recurrent(AttentionSpec.Recurrent attention, FitQuestion question) {
    long elements = attention.convolutionElements() + attention.stateElements();
    int bytes = EngineMemory.of(question.engine()).stateElementBytes();
    return new LayerCache(
        Kind.RECURRENT,
        Bytes.of(elements).times(bytes).times(question.sequences()),
        () ->
            "%d sequences × (%d convolution + %d state) × %d B"
                .formatted(
                    question.sequences(),
                    attention.convolutionElements(),
                    attention.stateElements(),
                    bytes));
  }

  private static String cellText(CacheCells cells) {
    String plain = Long.toString(cells.cells());
    String formula = cells.formula();
    return formula.equals(plain) ? plain + " cells" : "%s cells (%s)".formatted(plain, formula);
  }
}
