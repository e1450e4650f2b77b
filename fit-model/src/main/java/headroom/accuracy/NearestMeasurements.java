package headroom.accuracy;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.FitQuestion;
import headroom.measure.CaseRow;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The measurements that lie nearest to a question: same device before same maker, like size. */
public final class NearestMeasurements {
  /** What another weight format is worth in logarithms of size. */
  private static final double OTHER_FORMAT = 0.5;

  /** The same for another number of cards. */
  private static final double OTHER_CARDS = 0.6;

  /** The same for another device of the maker, and of another maker. */
  private static final double OTHER_DEVICE = 4;

  private static final double OTHER_MAKER = 12;

  /** Second-hand results stand behind first-hand ones of the same distance. */
  private static final double LOWER_TIER = 0.2;

  private static final Set<String> MAKERS =
      Set.of("nvidia", "geforce", "amd", "radeon", "intel", "apple", "tesla", "gpu", "core", "gb");

  private NearestMeasurements() {}

  /**
   * One measurement as it is shown.
   *
   * @param id of the case
   * @param device as its source wrote it
   * @param model as its source wrote it
   * @param quant its weight format
   * @param test in llama-bench's notation
   * @param tokensPerSecond the result
   * @param tier how far it is to be trusted
   * @param source where it was published
   */
  public record Near(
      String id,
      String device,
      String model,
      String quant,
      String test,
      double tokensPerSecond,
      String tier,
      String source) {}

  /**
   * Up to {@code count} measurements of one quantity, nearest first.
   *
   * @param rows to choose from
   * @param prefix {@code tg} for decode, {@code pp} for prefill
   */
  public static List<Near> of(List<CaseRow> rows, FitQuestion question, String prefix, int count) {
    double billions = question.model().parameters() / 1e9;
    Set<String> own = words(question.device().name());
    return rows.stream()
        .filter(row -> row.flag("use_for_grading").orElse(true))
        .filter(row -> row.text("test").filter(test -> test.startsWith(prefix)).isPresent())
        .filter(row -> row.number("tok_per_s").orElse(0) > 0)
        .sorted(
            Comparator.comparingDouble((CaseRow row) -> distance(row, question, own, billions))
                .thenComparing(CaseRow::id))
        .limit(count)
        .map(NearestMeasurements::near)
        .toList();
  }

  private static double distance(
      CaseRow row, FitQuestion question, Set<String> own, double billions) {
    double size = row.number("params_b").orElse(0);
    double distance = size > 0 ? Math.abs(Math.log(size / billions)) : 3;
    String quant = row.text("quant").orElse("");
    distance += quant.contains(question.weights().id()) ? 0 : OTHER_FORMAT;
    int cards = question.machine().cards().size();
    distance += row.integer("n_gpus").orElse(1) == cards ? 0 : OTHER_CARDS;
    distance += row.text("grade_tier").filter("A"::equals).isPresent() ? 0 : LOWER_TIER;
    Set<String> theirs = words(row.text("device_canonical").orElse(""));
    if (own.containsAll(theirs)) {
      return distance;
    }
    return distance + (isOfMaker(row, question.device()) ? OTHER_DEVICE : OTHER_MAKER);
  }

  private static boolean isOfMaker(CaseRow row, Device device) {
    String told = row.text("device_canonical").orElse("").toLowerCase(Locale.ROOT);
    boolean cpu = row.text("backend").filter("cpu"::equalsIgnoreCase).isPresent();
    if (device.kind() == DeviceKind.CPU_MEMORY || cpu) {
      return cpu && device.kind() == DeviceKind.CPU_MEMORY;
    }
    return told.startsWith(device.vendor().toLowerCase(Locale.ROOT));
  }

  private static Near near(CaseRow row) {
    return new Near(
        row.id(),
        row.text("device").orElse(""),
        row.text("model").orElse(""),
        row.text("quant").orElse(""),
        row.text("test").orElse(""),
        row.number("tok_per_s").orElse(0),
        row.text("grade_tier").orElse(""),
        row.text("source").orElse(""));
  }

  private static Set<String> words(String name) {
    return Arrays.stream(
            name.toLowerCase(Locale.ROOT).replaceAll("\\([^)]*\\)", " ").split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty() && !MAKERS.contains(word))
        .collect(Collectors.toSet());
  }
}
