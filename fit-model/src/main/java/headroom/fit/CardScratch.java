package headroom.fit;

import headroom.device.Device;
import headroom.fit.ComputeMemory.Peak;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Scratch memory of each of several cards, or of a card beside a host that has layers too.
 *
 * <p>A card without the output layer needs no room for logits, but keeps the attention mask while
 * its layers run. With pipeline parallelism the scheduler keeps four copies of every input on every
 * card ({@code GGML_SCHED_MAX_COPIES}), and batches of 32 tokens or more compute layers of the host
 * on the first card, which needs room for the largest of their matrices.
 */
final class CardScratch {
  private static final String BASE =
      "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/";

  private static final String PIPELINE_SOURCE =
      BASE + "ggml/src/ggml-backend.cpp#L761 and " + BASE + "src/llama-context.cpp#L427";

  private static final String STAGING_SOURCE =
      BASE
          + "ggml/src/ggml-backend.cpp#L959; logs: LLaMA-2-13B Q8_0 with no layer on the card 248.54,"
          + " Qwen3-14B Q8_0 1094.99, Qwen3-235B-A22B Q6_K 742 MiB";

  private static final int COPIES = 4;

  /** {@code GGML_OP_OFFLOAD_MIN_BATCH}. */
  private static final int STAGED_FROM = 32;

  private static final int F32_BYTES = 4;

  private final FitQuestion question;
  private final LayerTable table;
  private final Layout layout;
  private final long batch;
  private final boolean pipelined;

  CardScratch(FitQuestion question, LayerTable table, Layout layout) {
    this.question = question;
    this.table = table;
    this.layout = layout;
    batch = Math.min(question.microBatch(), question.contextLength());
    pipelined = isPipelined(question, table, layout);
  }

  /** The conditions of {@code llama_context}: several cards, whole layers, nothing on the host. */
  static boolean isPipelined(FitQuestion question, LayerTable table, Layout layout) {
    if (layout.cards() < 2
        || layout.split() != Placement.Split.LAYER
        || !(question.engine() instanceof Engine.LlamaCpp)
        || layout.output() == Layout.HOST
        || layout.layersOnCards() < layout.layers()
        || table.hasExperts() && layout.expertsOnHost() > 0) {
      return false;
    }
    for (var card : question.machine().cards()) {
      String vendor = card.device().vendor().toLowerCase(Locale.ROOT);
      if (!vendor.equals("nvidia") && !vendor.equals("amd")) {
        return false;
      }
    }
    return true;
  }

  /** Adds the lines of one card. */
  void addCard(List<MemoryLine> lines, int card, Place place) {
    List<LayerSpec> kinds = kindsOn(card);
    boolean output = layout.output() == card;
    long mask = maskBytes(kinds);
    long bytes = 0;
    Supplier<String> formula = () -> "";
    String source = "";
    if (!kinds.isEmpty() || output) {
      Peak peak = ComputeMemory.peak(question, kinds, output, !pipelined);
      bytes = peak.bytes();
      formula = peak.formula();
      source = peak.source();
    }
    Staged staged = card == 0 ? staged() : NONE_STAGED;
    if (staged.bytes() > bytes) {
      bytes = staged.bytes();
      formula = staged.formula();
      source = STAGING_SOURCE;
    }
    if (bytes > 0) {
      lines.add(
          new MemoryLine(
              "compute buffer", Quantity.COMPUTE, place, Bytes.of(bytes), formula, source));
    }
    if (pipelined && !kinds.isEmpty()) {
      long copies = COPIES * (mask + activation()) - (question.flashAttention() ? 0 : mask);
      lines.add(
          new MemoryLine(
              "pipeline copies of inputs",
              Quantity.COMPUTE,
              place,
              Bytes.of(copies),
              () ->
                  "%d copies × (%d B of masks + 4 B × %d tokens × %d embedding)%s"
                      .formatted(
                          COPIES,
                          mask,
                          batch,
                          question.model().embeddingSize(),
                          question.flashAttention() ? "" : ", less the one mask counted above"),
              PIPELINE_SOURCE));
    }
  }

  /** Adds the further copies of the masks that the host keeps. */
  void addHost(List<MemoryLine> lines) {
    if (pipelined) {
      long mask = maskBytes(table.kinds());
      lines.add(
          new MemoryLine(
              "pipeline copies of masks",
              Quantity.COMPUTE,
              Place.HOST,
              Bytes.of((COPIES - 1) * mask),
              () -> "%d more copies × %d B of masks".formatted(COPIES - 1, mask),
              PIPELINE_SOURCE));
    }
  }

  private List<LayerSpec> kindsOn(int card) {
    boolean[] seen = new boolean[table.kinds().size()];
    List<LayerSpec> kinds = new ArrayList<>();
    for (int layer = 0; layer < layout.layers(); layer++) {
      int kind = table.kindOf(layer);
      if (layout.dense(layer) == card && !seen[kind]) {
        seen[kind] = true;
        kinds.add(table.kinds().get(kind));
      }
    }
    return kinds;
  }

  private long activation() {
    return F32_BYTES * batch * question.model().embeddingSize();
  }

  /** One mask for each kind of cache: F16 for flash attention, ik_llama.cpp casts one from F32. */
  private long maskBytes(List<LayerSpec> kinds) {
    long full = 0;
    long sliding = 0;
    for (LayerSpec kind : kinds) {
      switch (kind.attention()) {
        case AttentionSpec.GroupedQuery own ->
            full = own.kvHeads() > 0 ? CacheMemory.fullCells(question).cells() : full;
        case AttentionSpec.LatentAttention own -> full = CacheMemory.fullCells(question).cells();
        case AttentionSpec.SlidingWindow own ->
            sliding = Math.max(sliding, CacheMemory.slidingCells(own, question).cells());
        default -> {
          // States need no mask.
        }
      }
    }
    int bytes =
        !question.flashAttention()
            ? F32_BYTES
            : question.engine() instanceof Engine.IkLlamaCpp ? F32_BYTES + 2 : 2;
    return (full + sliding) * batch * bytes;
  }

  /**
   * Room for what the host holds and the first card computes.
   *
   * @param bytes 0 where nothing of the host is computed on the card
   */
  private record Staged(long bytes, Supplier<String> formula) {}

  private static final Staged NONE_STAGED = new Staged(0, () -> "");

  private Staged staged() {
    boolean mainline = question.engine() instanceof Engine.LlamaCpp;
    boolean fork = question.engine() instanceof Engine.IkLlamaCpp;
    Device device = question.device();
    if (batch < STAGED_FROM || !mainline && !fork || device.unifiedMemory()) {
      return NONE_STAGED;
    }
    long embedding = question.model().embeddingSize();
    Staged most = NONE_STAGED;
    if (layout.output() == Layout.HOST) {
      long rows = ComputeMemory.logitRows(question, batch);
      long logits = F32_BYTES * (rows * question.model().vocabularySize() + batch * embedding);
      most =
          larger(
              most,
              table.output() + logits,
              () ->
                  "output matrix of the host %d B + 4 B × (%d × %d vocabulary + %d tokens × %d embedding)"
                      .formatted(
                          table.output(),
                          rows,
                          question.model().vocabularySize(),
                          batch,
                          embedding));
    }
    if (layout.layersOnCards() < layout.layers()) {
      Peak peak = ComputeMemory.peak(question, table.kinds(), false, true);
      most =
          larger(
              most,
              table.largestMatrix() + peak.bytes(),
              () ->
                  "largest matrix of the host %d B + %s"
                      .formatted(table.largestMatrix(), peak.formula().get()));
    }
    for (int layer = 0; layer < layout.layers(); layer++) {
      if (layout.experts(layer) == Layout.HOST
          && question.model().layers().get(layer).feedForward()
              instanceof FeedForward.MixtureOfExperts moe
          // The fork waits until every expert has its 32 tokens.
          && (mainline || batch * moe.expertsActive() >= (long) STAGED_FROM * moe.experts())) {
        long width = moe.expertsActive() * (embedding + 2L * moe.expertSize());
        long matrix = table.largestExperts(layer);
        most =
            larger(
                most,
                matrix + F32_BYTES * batch * width,
                () ->
                    ("largest expert matrix of the host %d B + 4 B × %d tokens × %d experts × (%d"
                            + " embedding + 2 × %d)")
                        .formatted(
                            matrix, batch, moe.expertsActive(), embedding, moe.expertSize()));
      }
    }
    return most;
  }

  private static Staged larger(Staged most, long bytes, Supplier<String> formula) {
    return bytes > most.bytes() ? new Staged(bytes, formula) : most;
  }
}
