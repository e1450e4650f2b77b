package headroom.accuracy;

import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.catalogue.ProcessorFamily;
import headroom.device.Card;
import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.fit.SpeedSetting;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.speed.Backend;
import headroom.speed.Era;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the rows of tables of measurements to what was run in them.
 *
 * @param cases what is known well enough
 * @param skipped the rest, each with the reason
 */
public record SpeedCases(List<SpeedCase> cases, List<SkippedCase> skipped) {
  private static final Pattern BUILD = Pattern.compile("\\bb(\\d{3,5})\\b");
  private static final Pattern THREAD = Pattern.compile("llama\\.cpp (?:PR|issue) #(\\d+)");
  private static final Pattern MICRO_BATCH = Pattern.compile("n_?ubatch[ =]*(\\d{1,6})");

  /** Numbers of llama.cpp's issues that were opened by January 2024, January 2025 and later. */
  private static final int LAST_THREAD_OF_2023 = 5000;

  private static final int LAST_THREAD_OF_2024 = 11000;

  public SpeedCases {
    cases = List.copyOf(cases);
    skipped = List.copyOf(skipped);
  }

  /** Resolves every row that says enough. */
  public static SpeedCases of(List<CaseRow> rows, Catalogue catalogue) {
    Resolver resolver = new Resolver(catalogue);
    List<SpeedCase> cases = new ArrayList<>();
    List<SkippedCase> skipped = new ArrayList<>();
    for (CaseRow row : rows) {
      try {
        cases.add(resolver.resolve(row));
      } catch (CannotPredictException e) {
        skipped.add(new SkippedCase(row.id(), e.reason()));
      }
    }
    return new SpeedCases(cases, skipped);
  }

  private static final class Resolver {
    private final Catalogue catalogue;
    private final NamedModel models;
    private final NamedWeights weights;
    private final NamedDevice devices;
    private final NamedCpu cpus;
    private final Map<String, CatalogueModel> named = new HashMap<>();
    private final Map<String, Device> known = new HashMap<>();
    private final Map<String, ModelSpec> specs = new HashMap<>();
    private final Map<String, WeightFormat> formats = new HashMap<>();

    Resolver(Catalogue catalogue) {
      this.catalogue = catalogue;
      this.models = new NamedModel(catalogue);
      this.weights = new NamedWeights(catalogue);
      this.devices = new NamedDevice(catalogue);
      this.cpus = new NamedCpu(catalogue);
    }

    SpeedCase resolve(CaseRow row) {
      if (row.flag("use_for_grading").filter(use -> !use).isPresent()) {
        throw new CannotPredictException("use_for_grading is false: its source is in doubt");
      }
      double measured = row.number("tok_per_s").orElse(0);
      if (!(measured > 0)) {
        throw new CannotPredictException("tok_per_s is absent or not above 0");
      }
      SpeedTest test = SpeedTest.parse(required(row, "test"));
      String canonical = required(row, "device_canonical");
      Device device = device(row, canonical);
      CatalogueModel meant = model(row);
      ModelSpec model = specs.computeIfAbsent(meant.id(), id -> meant.spec());
      WeightFormat format = format(row, model);
      SpeedSetting setting = setting(row, device);
      int cards = Math.max(1, row.integer("n_gpus").orElse(1));
      requireFits(model, format, device, cards);
      FitQuestion question =
          FitQuestion.of(model, format, device, test.context())
              .withMachine(new Machine(Collections.nCopies(cards, Card.of(device)), Host.UNKNOWN))
              .withFlashAttention(row.flag("flash_attn").orElse(setting.era() == Era.CURRENT))
              .withMicroBatch(microBatch(row));
      return new SpeedCase(row, canonical, question, setting, test, measured);
    }

    private CatalogueModel model(CaseRow row) {
      String name = required(row, "model");
      OptionalDouble billions = row.number("params_b");
      OptionalDouble active = row.number("active_params_b");
      String key = name + " " + billions + " " + active;
      CatalogueModel known = named.get(key);
      if (known == null) {
        known = models.require(name, billions, active);
        named.put(key, known);
      }
      return known;
    }

    private WeightFormat format(CaseRow row, ModelSpec model) {
      String quant = required(row, "quant");
      OptionalDouble size = row.number("size_gib");
      String key = model.id() + " " + quant + " " + size;
      WeightFormat known = formats.get(key);
      if (known == null) {
        known = weights.require(quant, size, model);
        formats.put(key, known);
      }
      return known;
    }

    private Device device(CaseRow row, String canonical) {
      boolean cpu = row.text("backend").filter(name -> name.equalsIgnoreCase("cpu")).isPresent();
      boolean gpuOfCpu =
          row.text("backend")
              .filter(
                  name -> Backend.named(name).filter(backend -> backend != Backend.CPU).isPresent())
              .isPresent();
      if (cpu || (row.text("device_class").filter("cpu"::equals).isPresent() && !gpuOfCpu)) {
        return memory(
            canonical,
            cpus.bandwidth(row, canonical),
            catalogue.processorRates(row.text("device").orElse(canonical)));
      }
      String written = row.text("device").orElse(canonical);
      return known.computeIfAbsent(canonical + "\n" + written, key -> named(canonical, written));
    }

    /** The GPU inside a processor, where the row names the processor alone. */
    private Device named(String canonical, String written) {
      try {
        return devices.require(canonical, written);
      } catch (CannotPredictException unknown) {
        return catalogue
            .processor(canonical)
            .flatMap(ProcessorFamily::graphics)
            .flatMap(catalogue::device)
            .map(CatalogueDevice::device)
            .orElseThrow(() -> unknown);
      }
    }

    private static Device memory(String name, Bandwidth bandwidth, ComputeRates rates) {
      return new Device(
          "cpu",
          name,
          "generic",
          DeviceKind.CPU_MEMORY,
          Optional.empty(),
          Optional.of(bandwidth),
          rates,
          true,
          Optional.empty(),
          OptionalDouble.empty());
    }

    private static SpeedSetting setting(CaseRow row, Device device) {
      String engine = row.text("engine").orElse("").toLowerCase(Locale.ROOT);
      Optional<Backend> told = row.text("backend").flatMap(Backend::named);
      Backend backend =
          engine.contains("mlx")
              ? Backend.MLX
              : device.kind() == DeviceKind.CPU_MEMORY
                  ? Backend.CPU
                  : told.or(() -> Backend.usual(device))
                      .orElseThrow(
                          () ->
                              new CannotPredictException(
                                  "no device like %s has been measured".formatted(device.name())));
      return new SpeedSetting(backend, era(row, engine));
    }

    /** By the build, else by the thread that quotes it, else today's. */
    private static Era era(CaseRow row, String engine) {
      if (engine.contains("llamafile 0.9")) {
        return Era.Y2024;
      }
      Matcher build = BUILD.matcher(row.text("engine_build").orElse(""));
      if (build.find()) {
        return Era.ofBuild(Integer.parseInt(build.group(1)));
      }
      Matcher thread = THREAD.matcher(row.text("source").orElse(""));
      if (thread.find()) {
        int number = Integer.parseInt(thread.group(1));
        return number < LAST_THREAD_OF_2023
            ? Era.Y2023
            : number < LAST_THREAD_OF_2024 ? Era.Y2024 : Era.Y2025;
      }
      return Era.CURRENT;
    }

    private static int microBatch(CaseRow row) {
      Matcher told = MICRO_BATCH.matcher(row.text("note").orElse(""));
      return told.find() ? Math.max(1, Integer.parseInt(told.group(1))) : 512;
    }

    private static String required(CaseRow row, String key) {
      return row.text(key)
          .orElseThrow(() -> new CannotPredictException("the case has no '%s'".formatted(key)));
    }

    private static void requireFits(
        ModelSpec model, WeightFormat format, Device device, int cards) {
      Optional<Bytes> memory = device.memory();
      double bytes = NamedWeights.bytes(model, format);
      if (memory.isPresent() && bytes > (double) memory.get().value() * cards) {
        throw new CannotPredictException(
            String.format(
                Locale.ROOT,
                "%.1f GiB of weights do not fit %s; how many layers it ran is not stated",
                bytes / Bytes.ofGiB(1).value(),
                device.name()));
      }
    }
  }
}
