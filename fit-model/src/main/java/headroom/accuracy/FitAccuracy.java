package headroom.accuracy;

import static headroom.accuracy.MemoryComparisons.COMPUTE;
import static headroom.accuracy.MemoryComparisons.KV;
import static headroom.accuracy.MemoryComparisons.TOTAL;
import static headroom.accuracy.MemoryComparisons.WEIGHTS;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.Catalogue;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Holds predicted memory against the buffer sizes and file sizes of real logs. */
public final class FitAccuracy {
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
    Optional<GradedCase> files = new FileSizes(models, weights).grade(row);
    if (files.isPresent()) {
      return files.get();
    }
    Optional<ModelSpec> caches = models.cachesAlone(row);
    return caches.isPresent()
        ? gradeCaches(LoggedRun.of(row, caches.get()))
        : grade(LoggedRun.of(row, models.require(row)));
  }

  private GradedCase grade(LoggedRun run) {
    Optional<WeightFormat> format = format(run);
    // Cache and scratch memory do not depend on the format of the weights.
    Optional<PredictedMemory> answer =
        run.question(format.orElse(GgufMix.Q4_K_M)).map(PredictedMemory::of);
    MemoryComparisons comparisons = new MemoryComparisons();
    WeightComparisons ofWeights = new WeightComparisons(run, comparisons);
    format.ifPresent(known -> ofWeights.own(known, answer));
    ofWeights.tables(weights);
    answer.ifPresent(
        memory -> {
          compareBuffers(run, comparisons, memory);
          comparePerToken(run, comparisons, memory);
          if (format.isPresent()) {
            TotalComparisons totals = new TotalComparisons(run, comparisons);
            totals.byCache(memory);
            totals.budget(memory);
          }
        });
    if (run.placement() == Placement.CPU || run.placement() == Placement.GPU) {
      comparisons.addSumOfParts();
    }
    return comparisons
        .graded(run.row())
        .orElseThrow(
            () -> new CannotPredictException(reason(run, format.isPresent(), answer.isPresent())));
  }

  /** A model of which only the caches are known. */
  private static GradedCase gradeCaches(LoggedRun run) {
    MemoryComparisons comparisons = new MemoryComparisons();
    run.question(GgufMix.Q4_K_M)
        .map(PredictedMemory::of)
        .ifPresent(memory -> comparisons.add(KV, cache(run, memory), run.expected().kv()));
    return comparisons
        .graded(run.row())
        .orElseThrow(
            () ->
                new CannotPredictException("the case says how layers cache, and states no cache"));
  }

  /** Published files are made with an importance matrix, the table of llama.cpp's README is not. */
  private Optional<WeightFormat> format(LoggedRun run) {
    OptionalDouble size = run.expected().stated().number("size_gib");
    Optional<WeightFormat> format = weights.find(run.quant(), size, run.model());
    boolean vllm = run.row().text("engine").orElse("").toLowerCase(Locale.ROOT).contains("vllm");
    if (vllm && format.filter(GgufMix.MXFP4_MOE::equals).isPresent()) {
      return weights.find("mxfp4 of experts", run.model());
    }
    return run.row().text("kind").filter("file-size"::equals).isPresent()
        ? format
        : format.map(known -> NamedWeights.asPublished(known, size, run.model()));
  }

  private static void compareBuffers(
      LoggedRun run, MemoryComparisons comparisons, PredictedMemory memory) {
    comparisons.add(KV, cache(run, memory), run.expected().kv());
    comparisons.add(KV, memory.windowCache(), run.expected().windowCache());
    if (gradesCompute(run.row())) {
      comparisons.add(
          COMPUTE,
          run.placement() == Placement.NONE_ON_GPU
              ? memory.scratchWithoutLayers()
              : memory.scratchOnCards(),
          run.expected().compute());
    }
  }

  /** Not every case quotes the line of recurrent states. */
  private static double cache(LoggedRun run, PredictedMemory memory) {
    return run.expected().countsRecurrentState() ? memory.cache() : memory.cacheWithoutStates();
  }

  /** A note says so where a buffer belongs to settings that the log does not show. */
  private static boolean gradesCompute(CaseRow row) {
    return !row.text("notes").orElse("").contains("do not grade compute");
  }

  private static void comparePerToken(
      LoggedRun run, MemoryComparisons comparisons, PredictedMemory memory) {
    run.expected()
        .perToken()
        .forEach(
            (name, mib) ->
                NamedCache.find(name)
                    .ifPresent(
                        known ->
                            comparisons.add(
                                KV,
                                memory.withCache(known, known).cache()
                                    / memory.question().contextLength(),
                                mib)));
  }

  private static String reason(LoggedRun run, boolean knowsFormat, boolean knowsContext) {
    if (!knowsFormat) {
      return knowsContext
          ? "weight format '%s' is not known, and nothing else of the case is predicted"
              .formatted(run.quant())
          : "the case has neither n_ctx nor the bits per weight of '%s'".formatted(run.quant());
    }
    if (run.placement() == Placement.PARTIAL) {
      return "layers are split between GPU and host, which is not predicted";
    }
    return knowsContext
        ? "the case states no amount that is predicted"
        : "the case has no n_ctx and states no size of the weights";
  }
}
