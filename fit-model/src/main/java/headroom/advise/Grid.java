package headroom.advise;

import headroom.device.Device;
import headroom.device.Machine;
import headroom.fit.Fit;
import headroom.fit.FitReport;
import headroom.fit.Verdict;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The answers for all models, formats and devices together, in arrays: small enough to filter while
 * someone types. Every cell is what {@link Fit#answer} says.
 */
public final class Grid {
  private final List<ModelSpec> models;
  private final List<WeightFormat> formats;
  private final List<Device> devices;
  private final Terms terms;

  /** By model, format, device. */
  private final byte[] verdicts;

  private final long[] headroom;
  private final long[] needed;
  private final double[] decode;
  private final double[] prefill;

  private static final List<String> WORDS = List.of("unknown", "no", "offload", "fits");

  private Grid(
      List<ModelSpec> models, List<WeightFormat> formats, List<Device> devices, Terms terms) {
    this.models = List.copyOf(models);
    this.formats = List.copyOf(formats);
    this.devices = List.copyOf(devices);
    this.terms = terms;
    int cells = Math.multiplyExact(models.size() * formats.size(), devices.size());
    this.verdicts = new byte[cells];
    this.headroom = new long[cells];
    this.needed = new long[cells];
    this.decode = new double[cells];
    this.prefill = new double[cells];
  }

  /** Asks for every combination, on all processors. */
  public static Grid of(
      List<ModelSpec> models, List<WeightFormat> formats, List<Device> devices, Terms terms) {
    Grid grid = new Grid(models, formats, devices, terms);
    IntStream.range(0, models.size() * formats.size()).parallel().forEach(grid::fill);
    return grid;
  }

  private void fill(int row) {
    ModelSpec model = models.get(row / formats.size());
    WeightFormat format = formats.get(row % formats.size());
    for (int d = 0; d < devices.size(); d++) {
      set(
          row * devices.size() + d,
          Fit.answer(terms.question(model, format, Machine.of(devices.get(d)))));
    }
  }

  private void set(int cell, FitReport report) {
    Verdict verdict = report.verdict();
    verdicts[cell] = (byte) WORDS.indexOf(verdict.word());
    headroom[cell] = verdict instanceof Verdict.Unknown ? 0 : verdict.headroom().value();
    needed[cell] = report.memory().deviceTotal().value();
    decode[cell] =
        report.decode().isPresent() ? report.decode().get().median().tokensPerSecond() : Double.NaN;
    prefill[cell] =
        report.prefill().isPresent()
            ? report.prefill().get().median().tokensPerSecond()
            : Double.NaN;
  }

  /** How many combinations there are. */
  public int size() {
    return verdicts.length;
  }

  /** One combination, by the places of its parts in the lists. */
  public Cell cell(int model, int format, int device) {
    return new Cell((model * formats.size() + format) * devices.size() + device);
  }

  /** One combination. */
  public final class Cell {
    private final int at;

    private Cell(int at) {
      this.at = at;
    }

    public ModelSpec model() {
      return models.get(at / devices.size() / formats.size());
    }

    public WeightFormat format() {
      return formats.get(at / devices.size() % formats.size());
    }

    public Device device() {
      return devices.get(at % devices.size());
    }

    /** As {@link Verdict#word}. */
    public String word() {
      return WORDS.get(verdicts[at]);
    }

    public boolean fits() {
      return word().equals("fits");
    }

    /** What the device must hold. */
    public Bytes needed() {
      return Bytes.of(needed[at]);
    }

    /** Left over, negative where it is missing; 0 where the memory is not known. */
    public Bytes headroom() {
      return Bytes.of(headroom[at]);
    }

    /** Median tokens per second at the full context; empty where none is predicted. */
    public OptionalDouble decode() {
      return Double.isNaN(decode[at]) ? OptionalDouble.empty() : OptionalDouble.of(decode[at]);
    }

    /** Median tokens per second of a prompt; empty where none is predicted. */
    public OptionalDouble prefill() {
      return Double.isNaN(prefill[at]) ? OptionalDouble.empty() : OptionalDouble.of(prefill[at]);
    }
  }
}
