package headroom.web.results;

import headroom.catalogue.Catalogue;
import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.DecodeSpeed;
import headroom.fit.Engine;
import headroom.fit.FitQuestion;
import headroom.fit.SpeedEstimate;
import headroom.fit.TokenTraffic;
import headroom.kv.CacheFormat;
import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import headroom.measure.RunSummary;
import headroom.measure.Workload;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bandwidth;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What the calculator says of a test that was measured: the same shape, format, cache and depth on
 * a processor whose bandwidth is the run's own read ceiling.
 *
 * @param measured median, with its unit
 * @param predicted median, with its unit
 * @param interval 80 % interval of the prediction
 * @param ratio measured over predicted
 * @param inside true where the measured median lies in the interval
 * @param formula with the numbers put in
 * @param source of the formula and its constants
 */
record Prediction(
    String test,
    String measured,
    String predicted,
    String interval,
    String ratio,
    boolean inside,
    String formula,
    String source) {
  /** A mix is taken for the run's when it reads the same bytes per token to this share. */
  private static final double SAME_BYTES = 0.02;

  /**
   * One for each decode test; none where the shape is not of the catalogue, no read ceiling was
   * measured, the engine may have used more than the processor, or a format is not known.
   */
  static List<Prediction> of(BenchmarkRun run, Catalogue catalogue) {
    Optional<ModelSpec> model =
        run.model().shape().flatMap(catalogue::model).map(known -> known.spec());
    Optional<Device> processor = processor(run);
    Optional<CacheFormat> keys = cache(run.settings().keyFormat(), catalogue);
    Optional<CacheFormat> values = cache(run.settings().valueFormat(), catalogue);
    if (model.isEmpty() || processor.isEmpty() || keys.isEmpty() || values.isEmpty()) {
      return List.of();
    }
    return weights(run, model.get(), processor.get())
        .map(
            mix ->
                FitQuestion.of(model.get(), mix, processor.get(), 1)
                    .withEngine(new Engine.Embedded())
                    .withCache(keys.get(), values.get()))
        .map(question -> of(run, question))
        .orElse(List.of());
  }

  private static List<Prediction> of(BenchmarkRun run, FitQuestion question) {
    return run.cells().stream()
        .map(cell -> of(RunSummary.of(run, cell), cell, question))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Prediction> of(RunSummary summary, Cell cell, FitQuestion question) {
    Workload workload = summary.workload();
    if (workload.isPrefill()) {
      return Optional.empty(); // the processor's peak arithmetic is not measured
    }
    int depth = workload.depth() + workload.generatedTokens() / 2;
    return DecodeSpeed.at(question.withContextLength(Math.max(1, depth)), depth)
        .map(estimate -> of(cell.test(), summary, estimate));
  }

  private static Prediction of(String test, RunSummary summary, SpeedEstimate estimate) {
    double measured = summary.median().tokensPerSecond();
    return new Prediction(
        test,
        summary.median().toString(),
        estimate.median().toString(),
        Rates.interval(estimate.low(), estimate.high()),
        String.format(Locale.ROOT, "%.2f", measured / estimate.median().tokensPerSecond()),
        measured >= estimate.low().tokensPerSecond()
            && measured <= estimate.high().tokensPerSecond(),
        estimate.formula(),
        estimate.source());
  }

  private static Optional<Device> processor(BenchmarkRun run) {
    OptionalDouble ceiling =
        run.environment().ceilings().stream()
            .filter(c -> c.what().equals("read-bandwidth"))
            .mapToDouble(c -> c.perSecond())
            .max();
    if (ceiling.isEmpty() || !run.settings().runtime().equals("embedded")) {
      return Optional.empty();
    }
    String name = run.environment().cpu().name();
    return Optional.of(
        new Device(
            name,
            name,
            "",
            DeviceKind.CPU_MEMORY,
            Optional.empty(),
            Optional.of(new Bandwidth(ceiling.getAsDouble())),
            ComputeRates.UNKNOWN,
            false,
            Optional.empty(),
            OptionalDouble.empty()));
  }

  /** A document names the most frequent format; which mix it is shows in the bytes it reads. */
  private static Optional<GgufMix> weights(BenchmarkRun run, ModelSpec model, Device device) {
    long read = run.model().weightBytesPerToken();
    ToDoubleFunction<GgufMix> difference =
        mix ->
            Math.abs(
                TokenTraffic.of(FitQuestion.of(model, mix, device, 1), 0).weights().value()
                        / (double) read
                    - 1);
    return Arrays.stream(GgufMix.values())
        .filter(mix -> mix.base().name().equals(run.model().format()))
        .min(Comparator.comparingDouble(difference))
        .filter(mix -> difference.applyAsDouble(mix) < SAME_BYTES);
  }

  private static Optional<CacheFormat> cache(String id, Catalogue catalogue) {
    return QuantFormat.byName(id).map(CacheFormat::of).or(() -> catalogue.cacheFormat(id));
  }
}
