package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.Catalogue;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.kv.CacheFormat;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Holds predicted memory against the buffer sizes and file sizes of real logs. */
public final class FitAccuracy {
  private static final String WEIGHTS = "weights";
  private static final String KV = "kv";
  private static final String COMPUTE = "compute";
  private static final String TOTAL = "total";
  private static final double MIB = Bytes.ofMiB(1).value();

  private final CaseModel models;
  private final NamedWeights weights;

  private FitAccuracy(Catalogue catalogue) {
    this.models = new CaseModel(catalogue);
    this.weights = new NamedWeights(catalogue);
  }

  /** Predicts every case whose model and format are known. */
  public static AccuracyReport of(List<CaseRow> rows, Catalogue catalogue) {
    FitAccuracy accuracy = new FitAccuracy(catalogue);
    List<GradedCase> cases = new ArrayList<>();
    List<SkippedCase> skipped = new ArrayList<>();
    for (CaseRow row : rows) {
      try {
        cases.add(accuracy.grade(row));
      } catch (CannotPredictException e) {
        skipped.add(new SkippedCase(row.id(), e.reason()));
      }
    }
    return new AccuracyReport(List.of(WEIGHTS, KV, COMPUTE, TOTAL), cases, skipped);
  }

  private GradedCase grade(CaseRow row) {
    ModelSpec model = models.require(row);
    String quant = row.text("quant").orElse("");
    Optional<WeightFormat> format = weights.find(quant, model);
    Placement placement = Placement.of(row, model.layers().size());
    ExpectedMemory expected = new ExpectedMemory(row.facts().below("expected"), placement);
    List<Comparison> comparisons = new ArrayList<>();
    // Cache and scratch memory do not depend on the format of the weights.
    Optional<List<MemoryLine>> lines =
        lines(row, model, format.orElse(GgufMix.Q4_K_M), placement, expected);
    format.ifPresent(known -> weights(comparisons, model, known, placement, expected, lines));
    expected
        .weightsByMix(model.parameters())
        .forEach(
            (name, mib) ->
                NamedWeights.mix(name)
                    .ifPresent(
                        mix -> compare(comparisons, WEIGHTS, NamedWeights.bytes(model, mix), mib)));
    lines.ifPresent(
        all -> {
          expected.kv().ifPresent(mib -> compare(comparisons, KV, sum(all, kv(expected)), mib));
          expected.compute().stream()
              .filter(_ -> gradesCompute(row))
              .forEach(
                  mib -> compare(comparisons, COMPUTE, sum(all, device(Quantity.COMPUTE)), mib));
          expected
              .total()
              .filter(_ -> format.isPresent())
              .ifPresent(
                  mib ->
                      compare(
                          comparisons,
                          TOTAL,
                          sum(
                              all,
                              line ->
                                  line.place().isCard() && line.quantity() != Quantity.OVERHEAD),
                          mib));
        });
    total(comparisons);
    if (comparisons.isEmpty()) {
      throw new CannotPredictException(reason(quant, format, placement, lines));
    }
    return new GradedCase(row.id(), Optional.empty(), Optional.empty(), comparisons);
  }

  /** A note says so where a buffer belongs to settings that the log does not show. */
  private static boolean gradesCompute(CaseRow row) {
    return !row.text("notes").orElse("").contains("do not grade compute");
  }

  private static String reason(
      String quant,
      Optional<WeightFormat> format,
      Placement placement,
      Optional<List<MemoryLine>> lines) {
    if (format.isEmpty()) {
      return "weight format '%s' is not known, and nothing else of the case is predicted"
          .formatted(quant);
    }
    if (placement == Placement.PARTIAL) {
      return "layers are split between GPU and host, which is not predicted";
    }
    return lines.isEmpty()
        ? "the case has no n_ctx and states no size of the weights"
        : "the case states no amount that is predicted";
  }

  private static void weights(
      List<Comparison> comparisons,
      ModelSpec model,
      WeightFormat format,
      Placement placement,
      ExpectedMemory expected,
      Optional<List<MemoryLine>> lines) {
    OptionalDouble onDevice = expected.deviceWeights();
    if (onDevice.isPresent() && placement == Placement.GPU) {
      List<MemoryLine> all =
          lines.orElseGet(
              () ->
                  Fit.answer(FitQuestion.of(model, format, placement.device(), 1))
                      .memory()
                      .lines());
      compare(comparisons, WEIGHTS, sum(all, device(Quantity.WEIGHTS)), onDevice.getAsDouble());
      return;
    }
    expected
        .allWeights(model.parameters())
        .ifPresent(mib -> compare(comparisons, WEIGHTS, NamedWeights.bytes(model, format), mib));
  }

  private static Optional<List<MemoryLine>> lines(
      CaseRow row,
      ModelSpec model,
      WeightFormat format,
      Placement placement,
      ExpectedMemory expected) {
    OptionalInt context = expected.cacheTokens();
    if (context.isEmpty()) {
      context = row.integer("n_ctx");
    }
    if (context.isEmpty() || context.getAsInt() < 1) {
      return Optional.empty();
    }
    FitQuestion question =
        FitQuestion.of(
                CacheBehaviour.of(row, model), format, placement.device(), context.getAsInt())
            .withSequences(Math.max(1, row.integer("n_seq_max").orElse(1)))
            .withMicroBatch(Math.max(1, row.integer("n_ubatch").orElse(512)))
            .withCache(cache(row, "kv_type_k"), cache(row, "kv_type_v"))
            .withFlashAttention(row.flag("flash_attn").orElse(true));
    return Optional.of(Fit.answer(question).memory().lines());
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

  /** The device's whole load where all its parts are compared. */
  private static void total(List<Comparison> comparisons) {
    List<String> parts = comparisons.stream().map(Comparison::quantity).toList();
    if (parts.equals(List.of(WEIGHTS, KV, COMPUTE))) {
      comparisons.add(
          Comparison.memory(
              TOTAL,
              comparisons.stream().mapToDouble(Comparison::predicted).sum(),
              comparisons.stream().mapToDouble(Comparison::expected).sum()));
    }
  }

  private static void compare(
      List<Comparison> comparisons, String quantity, double bytes, double expectedMib) {
    if (expectedMib > 0) {
      comparisons.add(Comparison.memory(quantity, bytes / MIB, expectedMib));
    }
  }

  private static double sum(List<MemoryLine> lines, Predicate<MemoryLine> wanted) {
    return lines.stream().filter(wanted).mapToDouble(line -> line.bytes().value()).sum();
  }

  private static Predicate<MemoryLine> device(Quantity quantity) {
    return line -> line.place().isCard() && line.quantity() == quantity;
  }

  /** Logs name recurrent states in a line of their own, which not every case quotes. */
  private static Predicate<MemoryLine> kv(ExpectedMemory expected) {
    return line ->
        line.quantity() == Quantity.KV
            && (expected.countsRecurrentState() || !line.what().equals("recurrent state"));
  }
}
