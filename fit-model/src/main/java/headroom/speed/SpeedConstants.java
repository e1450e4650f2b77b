package headroom.speed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The calibrated constants, read once from the file that {@code ./headroom calibrate} writes.
 *
 * @param decodeLogs logarithms in the order of {@link DecodeTerm}
 * @param prefillLogs logarithms in the order of {@link PrefillTerm}
 * @param intervals by quantity and class, for example {@code decode.cuda}
 * @param basis what the constants were fitted on, for people
 */
public record SpeedConstants(
    double[] decodeLogs, double[] prefillLogs, Map<String, Interval> intervals, String basis) {
  private static final String RESOURCE = "/headroom/speed/constants.toml";
  private static final Pattern TABLE = Pattern.compile("\\[([a-z]+)]");
  private static final Pattern CONSTANT =
      Pattern.compile("([a-z0-9_]+) = \\{ value = ([-+.0-9eE]+), rows = (\\d+) }");
  private static final Pattern RANGE =
      Pattern.compile(
          "\"([a-z.]+)\" = \\{ low = ([.0-9]+), high = ([.0-9]+), rows = (\\d+), devices = (\\d+) }");
  private static final Pattern BASIS = Pattern.compile("basis = \"(.*)\"");

  /**
   * An 80 % interval as factors on the median.
   *
   * @param low below 1
   * @param high above 1
   * @param rows measurements it rests on
   * @param devices devices it rests on
   */
  public record Interval(double low, double high, int rows, int devices) {
    /** As wide as this one and the other, with the basis of this one. */
    public Interval widened(Interval other) {
      return new Interval(Math.min(low, other.low), Math.max(high, other.high), rows, devices);
    }
  }

  /** Of processors left out of a fit that knew the memory alone of all of them. */
  private static final Interval GUESSED_DECODE = new Interval(0.372, 1.528, 171, 104);

  private static final Interval GUESSED_PREFILL = new Interval(0.326, 2.198, 161, 98);

  /**
   * All that holds for devices and programs of the same traits.
   *
   * @param decode constants of generating tokens
   * @param prefill constants of reading prompts
   * @param decodeInterval of generating tokens
   * @param prefillInterval of reading prompts
   */
  public record Calibrated(
      DecodeRates decode,
      PrefillRates prefill,
      Interval decodeInterval,
      Interval prefillInterval) {}

  private static final class Loaded {
    private static final SpeedConstants CONSTANTS = load();
    private static final AtomicReferenceArray<@Nullable Calibrated> KNOWN =
        new AtomicReferenceArray<>(DeviceTraits.COUNT);
  }

  /** The constants that came with this build. */
  public static SpeedConstants current() {
    return Loaded.CONSTANTS;
  }

  /** What is calibrated for devices of these traits, worked out when it is first asked for. */
  public static Calibrated of(DeviceTraits traits) {
    int index = traits.index();
    Calibrated known = Loaded.KNOWN.get(index);
    if (known == null) {
      SpeedConstants all = Loaded.CONSTANTS;
      known =
          new Calibrated(
              DecodeRates.of(all.decodeLogs, traits),
              PrefillRates.of(all.prefillLogs, traits),
              all.interval("decode", traits),
              all.interval("prefill", traits));
      Loaded.KNOWN.set(index, known);
    }
    return known;
  }

  /** Decode as it is calibrated for devices of these traits. */
  public static DecodeRates decode(DeviceTraits traits) {
    return of(traits).decode();
  }

  /** Prefill as it is calibrated for devices of these traits. */
  public static PrefillRates prefill(DeviceTraits traits) {
    return of(traits).prefill();
  }

  /** The interval of a quantity ({@code decode}, {@code prefill}) on devices of these traits. */
  public Interval interval(String quantity, DeviceTraits traits) {
    Interval known = ofClass(quantity, traits);
    if (!traits.assumed()) {
      return known;
    }
    return known.widened(quantity.equals("decode") ? GUESSED_DECODE : GUESSED_PREFILL);
  }

  private Interval ofClass(String quantity, DeviceTraits traits) {
    Interval own = intervals.get(quantity + "." + className(traits));
    Interval all = intervals.get(quantity + ".all");
    if (own != null) {
      return own;
    }
    if (all == null) {
      throw new IllegalStateException(
          "%s has no interval '%s.all'; write it with ./headroom calibrate"
              .formatted(RESOURCE, quantity));
    }
    return all;
  }

  /**
   * The class that residuals are counted in, for example {@code cuda}, {@code vulkan.unified}. Our
   * engine has the interval of processors: nobody's measurements of it are among the rows.
   */
  public static String className(DeviceTraits traits) {
    Backend counted = traits.backend() == Backend.EMBEDDED ? Backend.CPU : traits.backend();
    String backend = counted.name().toLowerCase(Locale.ROOT);
    if (traits.stacked()) {
      return backend + ".stacked";
    }
    return traits.unified() ? backend + ".unified" : backend;
  }

  private static SpeedConstants load() {
    try (InputStream in = SpeedConstants.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Reads the file's text; terms that it lacks keep what is believed of them.
   *
   * @throws IllegalArgumentException naming the line that is not understood
   */
  public static SpeedConstants parse(String text) {
    double[] decode = believed(DecodeTerm.values());
    double[] prefill = believed(PrefillTerm.values());
    Map<String, Interval> intervals = new LinkedHashMap<>();
    String basis = "";
    String table = "";
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      Matcher head = TABLE.matcher(line);
      Matcher constant = CONSTANT.matcher(line);
      Matcher range = RANGE.matcher(line);
      Matcher about = BASIS.matcher(line);
      if (line.isBlank() || line.startsWith("#") || line.startsWith("date = ")) {
        continue;
      } else if (head.matches()) {
        table = head.group(1);
      } else if (about.matches()) {
        basis = about.group(1);
      } else if (constant.matches() && table.equals("decode")) {
        set(decode, DecodeTerm.values(), constant, number);
      } else if (constant.matches() && table.equals("prefill")) {
        set(prefill, PrefillTerm.values(), constant, number);
      } else if (range.matches() && table.equals("intervals")) {
        intervals.put(
            range.group(1),
            new Interval(
                Double.parseDouble(range.group(2)),
                Double.parseDouble(range.group(3)),
                Integer.parseInt(range.group(4)),
                Integer.parseInt(range.group(5))));
      } else {
        throw new IllegalArgumentException(
            "line %d of the speed constants is '%s'; wanted key = { value = …, rows = … }"
                .formatted(number, line));
      }
    }
    return new SpeedConstants(decode, prefill, intervals, basis);
  }

  private static void set(double[] logs, Term[] terms, Matcher constant, int line) {
    for (Term term : terms) {
      if (term.key().equals(constant.group(1))) {
        logs[term.place()] = Math.log(Double.parseDouble(constant.group(2)));
        return;
      }
    }
    throw new IllegalArgumentException(
        "line %d of the speed constants names '%s', which no model of speed has"
            .formatted(line, constant.group(1)));
  }

  /** Logarithms of what is believed before any measurement. */
  public static double[] believed(Term[] terms) {
    double[] logs = new double[terms.length];
    for (Term term : terms) {
      logs[term.place()] = Math.log(term.believed());
    }
    return logs;
  }
}
