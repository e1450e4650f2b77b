package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.Catalogue;
import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.FitQuestion;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Holds predicted speeds against measured ones. */
public final class SpeedAccuracy {
  private final NamedModel models;
  private final NamedWeights weights;
  private final NamedDevice devices;

  private SpeedAccuracy(Catalogue catalogue) {
    this.models = new NamedModel(catalogue);
    this.weights = new NamedWeights(catalogue);
    this.devices = new NamedDevice(catalogue);
  }

  /** Predicts every measurement whose device, model, format and test are known. */
  public static AccuracyReport of(List<CaseRow> rows, Catalogue catalogue) {
    SpeedAccuracy accuracy = new SpeedAccuracy(catalogue);
    List<GradedCase> cases = new ArrayList<>();
    List<SkippedCase> skipped = new ArrayList<>();
    for (CaseRow row : rows) {
      try {
        cases.add(accuracy.grade(row));
      } catch (CannotPredictException e) {
        skipped.add(new SkippedCase(row.id(), e.reason()));
      }
    }
    return new AccuracyReport(List.of(SpeedTest.DECODE, SpeedTest.PREFILL), cases, skipped);
  }

  private GradedCase grade(CaseRow row) {
    if (row.flag("use_for_grading").filter(use -> !use).isPresent()) {
      throw new CannotPredictException("use_for_grading is false: its source is in doubt");
    }
    double measured = row.number("tok_per_s").orElse(0);
    if (!(measured > 0)) {
      throw new CannotPredictException("tok_per_s is absent or not above 0");
    }
    SpeedTest test = SpeedTest.parse(require(row, "test"));
    Device device = device(row);
    ModelSpec model = models.require(require(row, "model"), row.number("params_b")).spec();
    WeightFormat format = weights.require(require(row, "quant"), row.number("size_gib"), model);
    int gpus = row.integer("n_gpus").orElse(1);
    FitQuestion question = FitQuestion.of(model, format, device, test.context());
    if (gpus > 1 && test.isPrefill() && test.context() > question.microBatch()) {
      throw new CannotPredictException(
          "%d GPUs work on several micro-batches at once; the prediction knows one at a time"
              .formatted(gpus));
    }
    requireFits(model, format, device, gpus);
    SpeedTest.Rates rates =
        test.predict(question)
            .orElseThrow(
                () ->
                    new CannotPredictException(
                        "no %s is predicted for %s: its bandwidth, its arithmetic or its class is not known"
                            .formatted(test.quantity(), device.name())));
    return new GradedCase(
        row.id(),
        row.text("grade_tier"),
        List.of(
            Comparison.speed(
                test.quantity(), rates.median(), rates.low(), rates.high(), measured)));
  }

  private static String require(CaseRow row, String key) {
    return row.text(key)
        .orElseThrow(() -> new CannotPredictException("the case has no '%s'".formatted(key)));
  }

  /** One of several GPUs: they hold layers in turn, so that one at a time works on a token. */
  private Device device(CaseRow row) {
    String canonical = require(row, "device_canonical");
    boolean cpu = row.text("backend").filter(name -> name.equalsIgnoreCase("cpu")).isPresent();
    if (cpu || row.text("device_class").filter("cpu"::equals).isPresent()) {
      OptionalDouble bandwidth = row.number("device_memory_bandwidth_gbs");
      if (bandwidth.isEmpty()) {
        throw new CannotPredictException(
            "'%s' computed on its CPU; the bandwidth of its memory is not stated"
                .formatted(canonical));
      }
      return memory(canonical, bandwidth.getAsDouble());
    }
    return devices.require(canonical, row.text("device").orElse(canonical));
  }

  private static Device memory(String name, double gigabytesPerSecond) {
    return new Device(
        "cpu",
        name,
        "generic",
        DeviceKind.CPU_MEMORY,
        Optional.empty(),
        Optional.of(Bandwidth.ofGigabytesPerSecond(gigabytesPerSecond)),
        ComputeRates.UNKNOWN,
        true,
        Optional.empty(),
        OptionalDouble.empty());
  }

  private static void requireFits(ModelSpec model, WeightFormat format, Device device, int gpus) {
    Optional<Bytes> memory = device.memory();
    double bytes = NamedWeights.bytes(model, format);
    if (memory.isPresent() && bytes > (double) memory.get().value() * gpus) {
      throw new CannotPredictException(
          String.format(
              Locale.ROOT,
              "%.1f GiB of weights do not fit %s; how many layers it ran is not stated",
              bytes / Bytes.ofGiB(1).value(),
              device.name()));
    }
  }
}
