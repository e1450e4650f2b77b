package headroom.web.accuracy;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.accuracy.Comparison;
import headroom.accuracy.KnownMiss;
import headroom.accuracy.Summary;
import headroom.web.accuracy.Gradings.Graded;
import headroom.web.accuracy.Gradings.Row;
import headroom.web.support.Field;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import headroom.web.support.Paging;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the page of errors shows.
 *
 * @param input which cases are asked for
 * @param headline the figures that matter most
 * @param quantities one for each quantity and tier, with its spread
 * @param leftOut speed of devices left out of the fit, by tier, then by class in the most trusted
 * @param cases the comparisons asked for
 * @param skipped what could not be predicted, by reason
 * @param compared how many cases were
 */
record AccuracyPage(
    FormInput input,
    List<Stat> headline,
    List<Quantity> quantities,
    List<Line> leftOut,
    Paging<Case> cases,
    List<Skipped> skipped,
    int compared) {
  static final String PATH = "/accuracy";
  private static final int ROWS = 100;

  /** Ends of the charts: memory in shares, speed in natural logarithms (half to twice). */
  private static final double MEMORY_REACH = 0.2;

  private static final double SPEED_REACH = Math.log(2);
  private static final String TRUSTED = "A";
  private static final List<String> MEMORY = List.of("weights", "kv", "compute", "total");
  private static final List<String> SPEED = List.of("decode", "prefill");
  private static final List<String> TIERS = List.of("A", "B", "C");

  /** One figure of the headline. */
  record Stat(String value, String label) {}

  /**
   * One line of a table.
   *
   * @param cells as the heads of the table have them
   */
  record Line(String name, List<String> cells) {}

  /**
   * One quantity.
   *
   * @param id for HTML
   * @param name for people
   * @param line its figures
   * @param spread of its errors
   */
  record Quantity(String id, String name, Line line, Spread spread) {}

  /**
   * One comparison.
   *
   * @param inside whether the real speed lies in the interval; empty for memory
   * @param miss why it is missed, where that is known
   */
  record Case(
      String id,
      String what,
      String where,
      String tier,
      String quantity,
      String predicted,
      String real,
      String error,
      String inside,
      String source,
      Optional<KnownMiss> miss) {}

  /**
   * Cases that were not predicted.
   *
   * @param reason why
   * @param count how many
   * @param ids the first of them
   */
  record Skipped(String reason, int count, String ids) {}

  static AccuracyPage of(Graded graded, Map<String, String> parameters) {
    FormInput input = new FormInput(parameters);
    return new AccuracyPage(
        input,
        headline(graded),
        quantities(graded),
        leftOut(graded.leftOut()),
        Paging.of(cases(graded, input), input, ROWS, PATH),
        skipped(graded),
        graded.memory().cases().size() + graded.speed().cases().size());
  }

  private static List<Stat> headline(Graded graded) {
    List<Stat> stats = new ArrayList<>();
    Map<String, Summary> memory = graded.memory().summary();
    stat(stats, memory.get("weights"), "median error of weights");
    stat(stats, memory.get("kv"), "median error of the KV cache");
    stat(stats, memory.get("total"), "median error of all a device holds");
    Map<String, Summary> speed = graded.leftOut().summaryOf(TRUSTED);
    stat(stats, speed.get("decode"), "median error of decode on devices left out of the fit");
    stat(stats, speed.get("prefill"), "median error of prefill on devices left out of the fit");
    Summary decode = speed.get("decode");
    if (decode != null && decode.coverage80().isPresent()) {
      stats.add(
          new Stat(
              percent(decode.coverage80().getAsDouble(), 0),
              "of their decode speeds lie in the 80 % interval"));
    }
    return stats;
  }

  private static void stat(
      List<Stat> stats, @org.jspecify.annotations.Nullable Summary summary, String label) {
    if (summary != null) {
      stats.add(new Stat(percent(summary.median(), 2), label));
    }
  }

  private static List<Quantity> quantities(Graded graded) {
    List<Quantity> quantities = new ArrayList<>();
    for (String name : MEMORY) {
      List<Comparison> all = of(graded.memoryRows(), name, "");
      Summary summary = graded.memory().summary().get(name);
      if (summary != null) {
        quantities.add(
            new Quantity(
                name,
                label(name),
                line(label(name), summary),
                Spread.of(
                    all, MEMORY_REACH, e -> String.format(Locale.ROOT, "%+.1f %%", 100 * e))));
      }
    }
    for (String tier : TIERS) {
      Map<String, Summary> summaries = graded.speed().summaryOf(tier);
      for (String name : SPEED) {
        Summary summary = summaries.get(name);
        if (summary != null) {
          String title = "%s, tier %s".formatted(label(name), tier);
          quantities.add(
              new Quantity(
                  name + "-" + tier.toLowerCase(Locale.ROOT),
                  title,
                  line(title, summary),
                  Spread.of(
                      of(graded.speedRows(), name, tier),
                      SPEED_REACH,
                      e -> String.format(Locale.ROOT, "%+.0f %%", 100 * Math.expm1(e)))));
        }
      }
    }
    return quantities;
  }

  private static List<Line> leftOut(AccuracyReport report) {
    List<Line> lines = new ArrayList<>();
    for (String tier : report.tiers()) {
      lines(lines, ", tier " + tier, report.summaryOf(tier));
    }
    for (String group : report.groups(TRUSTED)) {
      lines(lines, ", tier %s, %s".formatted(TRUSTED, group), report.summaryOf(TRUSTED, group));
    }
    return lines;
  }

  private static void lines(List<Line> lines, String of, Map<String, Summary> summaries) {
    for (String quantity : SPEED) {
      Summary summary = summaries.get(quantity);
      if (summary != null) {
        lines.add(line(label(quantity) + of, summary));
      }
    }
  }

  private static List<Comparison> of(List<Row> rows, String quantity, String tier) {
    return rows.stream()
        .filter(row -> row.tier().equals(tier))
        .map(Row::comparison)
        .filter(one -> one.quantity().equals(quantity))
        .toList();
  }

  private static Line line(String name, Summary summary) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(summary.n()));
    cells.add(percent(summary.median(), 2));
    cells.add(percent(summary.mean(), 2));
    cells.add(percent(summary.worst(), 1));
    for (String within : List.of("1", "5", "10", "20")) {
      cells.add(percent(summary.within().getOrDefault(within, 0.0), 0));
    }
    cells.add(
        summary.coverage80().isPresent() ? percent(summary.coverage80().getAsDouble(), 0) : "–");
    return new Line(name, cells);
  }

  /** Worst first, so that what is wrong is seen first. */
  private static List<Case> cases(Graded graded, FormInput input) {
    Optional<String> quantity =
        input.choice("quantity", Stream.concat(MEMORY.stream(), SPEED.stream()).toList());
    Optional<String> tier = input.choice("tier", TIERS);
    Optional<String> text = input.text("q").map(words -> words.toLowerCase(Locale.ROOT));
    return Stream.concat(graded.memoryRows().stream(), graded.speedRows().stream())
        .filter(row -> quantity.stream().allMatch(row.comparison().quantity()::equals))
        .filter(row -> tier.stream().allMatch(row.tier()::equals))
        .filter(
            row ->
                text.stream()
                    .allMatch(
                        (row.id() + " " + row.what() + " " + row.where()).toLowerCase(Locale.ROOT)
                            ::contains))
        .sorted(Comparator.comparingDouble((Row row) -> -Math.abs(row.comparison().error())))
        .map(AccuracyPage::shown)
        .toList();
  }

  private static Case shown(Row row) {
    Comparison one = row.comparison();
    boolean memory = one.covered().isEmpty();
    String form = memory ? "%,.2f MiB" : "%,.2f tok/s";
    return new Case(
        row.id(),
        row.what(),
        row.where(),
        row.tier(),
        label(one.quantity()),
        String.format(Locale.ROOT, form, one.predicted()),
        String.format(Locale.ROOT, form, one.expected()),
        memory
            ? String.format(Locale.ROOT, "%+.2f %%", 100 * one.error())
            : String.format(Locale.ROOT, "%+.1f %%", 100 * Math.expm1(one.error())),
        one.covered().map(covered -> covered ? "inside" : "outside").orElse(""),
        row.source(),
        KnownMiss.of(row.id(), one));
  }

  private static List<Skipped> skipped(Graded graded) {
    Map<String, List<String>> reasons = new LinkedHashMap<>();
    for (AccuracyReport report : List.of(graded.memory(), graded.speed())) {
      for (SkippedCase one : report.skipped()) {
        reasons.computeIfAbsent(one.reason(), reason -> new ArrayList<>()).add(one.id());
      }
    }
    return reasons.entrySet().stream()
        .map(
            entry ->
                new Skipped(
                    entry.getKey(),
                    entry.getValue().size(),
                    String.join(", ", entry.getValue().stream().limit(6).toList())
                        + (entry.getValue().size() > 6 ? " …" : "")))
        .sorted(Comparator.comparingInt((Skipped one) -> -one.count()))
        .toList();
  }

  private static String label(String quantity) {
    return switch (quantity) {
      case "weights" -> "Weights";
      case "kv" -> "KV cache";
      case "compute" -> "Compute buffer";
      case "total" -> "Device total";
      case "decode" -> "Decode";
      default -> "Prefill";
    };
  }

  private static String percent(double share, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f %%", share * 100);
  }

  public Field field(String name, String label) {
    return input.field(name, label);
  }

  public List<Option> tiers() {
    return TIERS.stream().map(Option::of).toList();
  }

  public List<Option> names() {
    return Stream.concat(MEMORY.stream(), SPEED.stream())
        .map(name -> new Option(name, label(name)))
        .toList();
  }

  /** How many cases were not predicted. */
  public int skippedCases() {
    return skipped.stream().mapToInt(Skipped::count).sum();
  }
}
