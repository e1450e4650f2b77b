package headroom.accuracy;

import headroom.fit.Engine;
import headroom.fit.FitQuestion;
import headroom.kv.CacheCells;
import headroom.kv.CacheFormat;
import headroom.measure.CaseRow;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import java.util.Optional;
import java.util.OptionalInt;

/** The question that a log answers. */
final class CaseQuestion {
  private static final int USUAL_MICRO_BATCH = 512;

  private CaseQuestion() {}

  /** Empty where the case says no context. */
  static Optional<FitQuestion> of(
      CaseRow row,
      ModelSpec model,
      WeightFormat format,
      Placement placement,
      ExpectedMemory expected) {
    int longest = row.integer("n_ctx").orElse(model.maxContext().orElse(2048));
    OptionalInt context = expected.cacheTokens();
    if (context.isEmpty()) {
      context = row.integer("n_ctx");
    }
    if (context.isEmpty() && !expected.perToken().isEmpty()) {
      context = OptionalInt.of(CacheCells.PADDING);
    }
    if (context.isEmpty() && expected.card().isPresent()) {
      context = OptionalInt.of(longest);
    }
    if (context.isEmpty() || context.getAsInt() < 1) {
      return Optional.empty();
    }
    Engine engine = NamedEngine.of(row, longest);
    // Other engines than llama.cpp and its fork run on CUDA alone.
    String vendor =
        engine instanceof Engine.ExLlama || engine instanceof Engine.Vllm ? "NVIDIA" : "unknown";
    int sequences = Math.max(1, row.integer("n_seq_max").orElse(1));
    return Optional.of(
        FitQuestion.of(
                engine instanceof Engine.LlamaCpp ? CacheBehaviour.of(row, model) : model,
                format,
                placement.device(vendor),
                context.getAsInt())
            .withEngine(engine)
            .withSequences(sequences)
            .withMicroBatch(microBatch(row, model, sequences, expected))
            .withCache(cache(row, "kv_type_k"), cache(row, "kv_type_v"))
            .withFlashAttention(row.flag("flash_attn").orElse(true)));
  }

  /** Where it is not stated but the cells of the windows are, what these leave beside them. */
  private static int microBatch(
      CaseRow row, ModelSpec model, int sequences, ExpectedMemory expected) {
    OptionalInt stated = row.integer("n_ubatch");
    OptionalInt cells = expected.windowCells();
    if (stated.isPresent() || cells.isEmpty()) {
      return Math.max(1, stated.orElse(USUAL_MICRO_BATCH));
    }
    int window =
        model.layers().stream()
            .map(LayerSpec::attention)
            .filter(AttentionSpec.SlidingWindow.class::isInstance)
            .map(AttentionSpec.SlidingWindow.class::cast)
            .mapToInt(AttentionSpec.SlidingWindow::window)
            .max()
            .orElse(0);
    return Math.max(1, cells.getAsInt() - window * sequences);
  }

  /** {@code auto} is 16 bits, {@code none} is never asked for. */
  private static CacheFormat cache(CaseRow row, String key) {
    String name = row.text(key).orElse("f16");
    if (name.equals("none") || name.startsWith("auto")) {
      return CacheFormat.F16;
    }
    return QuantFormat.byName(name)
        .map(CacheFormat::of)
        .orElseThrow(
            () -> new CannotPredictException("%s is '%s', no type of ggml".formatted(key, name)));
  }
}
