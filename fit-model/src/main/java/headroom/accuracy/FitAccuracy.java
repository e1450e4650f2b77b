package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.Catalogue;
import headroom.fit.Engine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.StoredWeights;
import headroom.kv.CacheFormat;
import headroom.measure.CaseRow;
import headroom.measure.Facts;
import headroom.model.ModelSpec;
import headroom.model.Projector;
import headroom.model.TensorRole;
import headroom.quant.AsStored;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds predicted memory against the buffer sizes and file sizes of real logs. */
public final class FitAccuracy {
  private static final String WEIGHTS = "weights";
  private static final String KV = "kv";
  private static final String COMPUTE = "compute";
  private static final String TOTAL = "total";
  private static final double MIB = Bytes.ofMiB(1).value();

  /** Of 80 marketed GiB CUDA shows 79.22, of 24 it shows 23.58. */
  private static final double SHOWN_BY_CUDA = 0.985;

  private static final Pattern CACHE_BITS = Pattern.compile("q?([2-8])(?:bit)?");

  private static final double SCALE_BITS = 0.5;

  private static final Pattern GIB = Pattern.compile("([\\d.]+) GiB");
  private static final Pattern GB = Pattern.compile("(\\d+) ?GB");

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
    Optional<GradedCase> files = new FileSizes(models, weights).grade(row, WEIGHTS);
    if (files.isPresent()) {
      return files.get();
    }
    Optional<ModelSpec> caches = models.cachesAlone(row);
    if (caches.isPresent()) {
      return gradeCaches(row, caches.get());
    }
    ModelSpec model = models.require(row);
    Facts stated = row.facts().below("expected");
    String quant = row.text("quant").orElse("");
    Optional<WeightFormat> format = format(row, quant, stated, model);
    Placement placement = Placement.of(row, model.layers().size());
    ExpectedMemory expected = new ExpectedMemory(stated, placement);
    List<Comparison> comparisons = new ArrayList<>();
    // Cache and scratch memory do not depend on the format of the weights.
    WeightFormat assumed = format.orElse(GgufMix.Q4_K_M);
    Optional<FitQuestion> question = CaseQuestion.of(row, model, assumed, placement, expected);
    Optional<List<MemoryLine>> lines = question.map(asked -> Fit.answer(asked).memory().lines());
    format.ifPresent(known -> weights(comparisons, row, model, known, placement, expected, lines));
    compareTables(comparisons, row, model, expected);
    lines.ifPresent(
        all -> {
          expected.kv().ifPresent(mib -> compare(comparisons, KV, sum(all, kv(expected)), mib));
          expected
              .windowCache()
              .ifPresent(mib -> compare(comparisons, KV, sum(all, window()), mib));
          expected.compute().stream()
              .filter(_ -> gradesCompute(row))
              .forEach(
                  mib ->
                      compare(
                          comparisons,
                          COMPUTE,
                          placement == Placement.NONE_ON_GPU
                              ? staged(question.get(), assumed)
                              : sum(all, device(Quantity.COMPUTE)),
                          mib));
        });
    question.ifPresent(
        asked -> {
          comparePerToken(comparisons, asked, expected);
          if (format.isPresent()) {
            compareTotals(comparisons, row, asked, expected);
          }
        });
    if (placement == Placement.CPU || placement == Placement.GPU) {
      total(comparisons);
    }
    if (comparisons.isEmpty()) {
      throw new CannotPredictException(reason(quant, format, placement, lines));
    }
    return new GradedCase(row.id(), Optional.empty(), Optional.empty(), comparisons);
  }

  /** A model of which only the caches are known. */
  private static GradedCase gradeCaches(CaseRow row, ModelSpec model) {
    Placement placement = Placement.of(row, model.layers().size());
    ExpectedMemory expected = new ExpectedMemory(row.facts().below("expected"), placement);
    List<Comparison> comparisons = new ArrayList<>();
    CaseQuestion.of(row, model, GgufMix.Q4_K_M, placement, expected)
        .ifPresent(
            asked ->
                expected
                    .kv()
                    .ifPresent(
                        mib ->
                            compare(
                                comparisons,
                                KV,
                                sum(Fit.answer(asked).memory().lines(), kv(expected)),
                                mib)));
    if (comparisons.isEmpty()) {
      throw new CannotPredictException("the case says how layers cache, and states no cache");
    }
    return new GradedCase(row.id(), Optional.empty(), Optional.empty(), comparisons);
  }

  /** Published files are made with an importance matrix, the table of llama.cpp's README is not. */
  private Optional<WeightFormat> format(CaseRow row, String quant, Facts stated, ModelSpec model) {
    Optional<WeightFormat> format = weights.find(quant, stated.number("size_gib"), model);
    boolean vllm = row.text("engine").orElse("").toLowerCase(Locale.ROOT).contains("vllm");
    if (vllm && format.filter(GgufMix.MXFP4_MOE::equals).isPresent()) {
      return weights.find("mxfp4 of experts", model);
    }
    return row.text("kind").filter("file-size"::equals).isPresent()
        ? format
        : format.map(known -> NamedWeights.asPublished(known, stated.number("size_gib"), model));
  }

  private void compareTables(
      List<Comparison> comparisons, CaseRow row, ModelSpec model, ExpectedMemory expected) {
    expected
        .weightsByMix(model.parameters())
        .forEach(
            (name, mib) ->
                NamedWeights.mix(name)
                    .ifPresent(
                        mix -> compare(comparisons, WEIGHTS, NamedWeights.bytes(model, mix), mib)));
    double tower = tower(row, model);
    expected
        .weightsByFormat(
            row.integer("tensor_parallel").orElse(1), row.text("quant").orElse("") + maker(row))
        .forEach(
            (name, mib) ->
                weights
                    .find(name, model)
                    .ifPresent(
                        known ->
                            compare(
                                comparisons,
                                WEIGHTS,
                                NamedWeights.bytes(model, known) + tower,
                                mib)));
  }

  /** Bytes of what reads images, which vLLM loads with the rest of a checkpoint. */
  private static double tower(CaseRow row, ModelSpec model) {
    return NamedEngine.of(row, 1) instanceof Engine.Vllm
        ? model.projector().flatMap(Projector::checkpoint).map(Bytes::value).orElse(0L)
        : 0;
  }

  /** Meta's own FP8 files of Llama-3.1-405B are of a kind of their own. */
  private static String maker(CaseRow row) {
    return row.text("model").filter(name -> name.contains("405B")).isPresent() ? " of Meta" : "";
  }

  /** A card without layers still makes the logits, and copies the output matrix for them. */
  private static double staged(FitQuestion question, WeightFormat format) {
    ModelSpec model = question.model();
    long tokens = Math.min(question.microBatch(), question.contextLength());
    double matrix =
        StoredWeights.of(model, format)
            .bytesOf(model.tiedEmbeddings() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT)
            .value();
    return matrix
        + (double) Float.BYTES * tokens * (model.vocabularySize() + model.embeddingSize());
  }

  private static void comparePerToken(
      List<Comparison> comparisons, FitQuestion question, ExpectedMemory expected) {
    expected
        .perToken()
        .forEach(
            (name, mib) ->
                cache(name)
                    .ifPresent(
                        known ->
                            compare(
                                comparisons,
                                KV,
                                cacheBytes(question.withCache(known, known))
                                    / question.contextLength(),
                                mib)));
  }

  private static void compareTotals(
      List<Comparison> comparisons, CaseRow row, FitQuestion question, ExpectedMemory expected) {
    expected
        .totals()
        .forEach(
            (name, mib) -> {
              String[] formats = name.split("_", 2);
              Optional<CacheFormat> keys = cache(formats[0]);
              Optional<CacheFormat> values = cache(formats[formats.length - 1]);
              if (keys.isPresent() && values.isPresent()) {
                compare(
                    comparisons, TOTAL, onCards(question.withCache(keys.get(), values.get())), mib);
              }
            });
    OptionalDouble budget = budget(row, expected);
    if (budget.isPresent() && question.engine() instanceof Engine.Vllm) {
      if (expected.cacheTokens().isPresent()) {
        compare(comparisons, TOTAL, onCards(question), budget.getAsDouble());
      } else if (expected.cacheBudget().isPresent()) {
        double cache = expected.cacheBudget().getAsDouble() * MIB;
        compare(
            comparisons,
            TOTAL,
            onCards(question) - cacheBytes(question) + cache,
            budget.getAsDouble());
      }
    }
  }

  /** What vLLM took of its card, in MiB: its share of all that the card has. */
  private static OptionalDouble budget(CaseRow row, ExpectedMemory expected) {
    double share = row.number("gpu_memory_utilization").orElse(0);
    String backend = row.text("backend").orElse("");
    Matcher stated = GIB.matcher(backend);
    Matcher nominal = GB.matcher(backend);
    double card = expected.card().orElse(0);
    if (card == 0 && stated.find()) {
      card = Double.parseDouble(stated.group(1)) * 1024;
    } else if (card == 0 && nominal.find()) {
      card = Integer.parseInt(nominal.group(1)) * 1024 * SHOWN_BY_CUDA;
    }
    return share * card > 0 ? OptionalDouble.of(share * card) : OptionalDouble.empty();
  }

  private static double onCards(FitQuestion question) {
    return sum(Fit.answer(question).memory().lines(), line -> line.place().isCard());
  }

  private static double cacheBytes(FitQuestion question) {
    return sum(Fit.answer(question).memory().lines(), line -> line.quantity() == Quantity.KV);
  }

  /** {@code q6}, {@code 8bit}, {@code q8_0}, {@code fp16kv}: a cache as tables name it. */
  private static Optional<CacheFormat> cache(String name) {
    if (name.startsWith("f16") || name.startsWith("fp16")) {
      return Optional.of(CacheFormat.F16);
    }
    if (name.startsWith("fp8")) {
      return Optional.of(new CacheFormat("fp8", 8, Optional.empty(), "one byte an element"));
    }
    Optional<QuantFormat> ggml = QuantFormat.byName(name);
    if (ggml.isPresent()) {
      return ggml.map(CacheFormat::of);
    }
    Matcher bits = CACHE_BITS.matcher(name);
    return bits.matches()
        ? Optional.of(
            new CacheFormat(
                name,
                Integer.parseInt(bits.group(1)) + SCALE_BITS,
                Optional.empty(),
                "exllamav2/cache.py: a scale of 16 bits for 32 elements"))
        : Optional.empty();
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
      return lines.isEmpty()
          ? "the case has neither n_ctx nor the bits per weight of '%s'".formatted(quant)
          : "weight format '%s' is not known, and nothing else of the case is predicted"
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
      CaseRow row,
      ModelSpec model,
      WeightFormat format,
      Placement placement,
      ExpectedMemory expected,
      Optional<List<MemoryLine>> lines) {
    OptionalDouble onDevice = expected.deviceWeights();
    // A format made from the size of the whole file says nothing of its parts.
    boolean sized =
        format instanceof AsStored
            && expected.allWeights(model.parameters()).isPresent()
            && NamedWeights.mix(row.text("quant").orElse("")).isEmpty();
    if (onDevice.isPresent() && placement == Placement.GPU && !sized) {
      List<MemoryLine> all = lines.orElseGet(() -> weightsAlone(row, model, format, placement));
      double predicted =
          expected.mapsWholeFile(row.text("backend").orElse(""))
              ? NamedWeights.bytes(model, format)
              : sum(all, device(Quantity.WEIGHTS));
      compare(comparisons, WEIGHTS, predicted, onDevice.getAsDouble());
      return;
    }
    // An engine may keep more of them than the file has.
    double padding =
        sum(
            lines.orElseGet(() -> weightsAlone(row, model, format, placement)),
            line ->
                line.what().equals("padding of experts") || line.what().equals("vision projector"));
    expected
        .allWeights(model.parameters())
        .ifPresent(
            mib -> compare(comparisons, WEIGHTS, NamedWeights.bytes(model, format) + padding, mib));
  }

  private static List<MemoryLine> weightsAlone(
      CaseRow row, ModelSpec model, WeightFormat format, Placement placement) {
    return Fit.answer(
            FitQuestion.of(model, format, placement.device("unknown"), 1)
                .withEngine(NamedEngine.of(row, 1)))
        .memory()
        .lines();
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

  private static Predicate<MemoryLine> window() {
    return line -> line.quantity() == Quantity.KV && line.what().contains("sliding window");
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
