package headroom.agent.cli;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.Comparison;
import headroom.accuracy.KnownMiss;
import headroom.accuracy.Summary;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An accuracy report for people: a row per comparison, what was skipped, then the summary. */
final class AccuracyText {
  private AccuracyText() {}

  static String of(AccuracyReport report) {
    TextTable cases =
        TextTable.of("case", "tier", "quantity", ">predicted", ">real", ">error", "80 % interval");
    for (AccuracyReport.GradedCase graded : report.cases()) {
      for (Comparison one : graded.comparisons()) {
        cases.row(
            graded.id(),
            graded.tier().orElse(""),
            one.quantity(),
            amount(one.predicted()),
            amount(one.expected()),
            String.format(Locale.ROOT, "%+.2f %%", one.error() * 100),
            one.covered().map(covered -> covered ? "inside" : "outside").orElse(""));
      }
    }
    return "%s%n%s%n%s%n%n%s"
        .formatted(cases, reasons(report), skipped(report), summary(report))
        .stripTrailing();
  }

  /** Why some predictions are missed, where that is known: each followed by an empty line. */
  private static String reasons(AccuracyReport report) {
    Set<KnownMiss> misses = new LinkedHashSet<>();
    for (AccuracyReport.GradedCase graded : report.cases()) {
      graded.comparisons().forEach(one -> KnownMiss.of(graded.id(), one).ifPresent(misses::add));
    }
    StringBuilder text = new StringBuilder();
    for (KnownMiss miss : misses) {
      text.append(
          "%n%s%n"
              .formatted(
                  Wrapped.text(
                      "",
                      "  ",
                      "%s, %s: %s (%s)"
                          .formatted(
                              miss.id(),
                              miss.quantity(),
                              miss.why(),
                              String.join(", ", miss.sources())))));
    }
    return text.toString();
  }

  /** The same, with what the constants predict of devices that they were not fitted to. */
  static String of(AccuracyReport report, AccuracyReport leftOut) {
    return "%s%n%n%s%n%s"
        .formatted(
            of(report),
            "Devices left out: each device by constants fitted without its measurements.",
            summary(leftOut))
        .stripTrailing();
  }

  private static String skipped(AccuracyReport report) {
    Map<String, Long> reasons =
        report.skipped().stream()
            .collect(
                Collectors.groupingBy(
                    AccuracyReport.SkippedCase::reason,
                    java.util.LinkedHashMap::new,
                    Collectors.counting()));
    TextTable table = TextTable.of(">cases", "skipped because");
    reasons.forEach((reason, count) -> table.row("" + count, reason));
    return "%d cases compared, %d skipped%n%s"
        .formatted(report.cases().size(), report.skipped().size(), table);
  }

  private static String summary(AccuracyReport report) {
    TextTable table =
        TextTable.of(
            "summary",
            ">n",
            ">median",
            ">mean",
            ">worst",
            ">within 1 %",
            ">5 %",
            ">10 %",
            ">20 %",
            ">inside 80 % interval");
    for (String tier : report.tiers()) {
      add(table, " tier " + tier, report.summaryOf(tier));
      for (String group : report.groups(tier)) {
        add(table, " tier " + tier + ", " + group, report.summaryOf(tier, group));
      }
    }
    add(table, report.tiers().isEmpty() ? "" : " all tiers", report.summary());
    return table.toString();
  }

  private static void add(TextTable table, String tier, Map<String, Summary> summaries) {
    summaries.forEach(
        (quantity, summary) ->
            table.row(
                quantity + tier,
                "" + summary.n(),
                percent(summary.median(), 2),
                percent(summary.mean(), 2),
                percent(summary.worst(), 1),
                within(summary, "1"),
                within(summary, "5"),
                within(summary, "10"),
                within(summary, "20"),
                summary.coverage80().isPresent()
                    ? percent(summary.coverage80().getAsDouble(), 0)
                    : ""));
  }

  private static String within(Summary summary, String percent) {
    return percent(summary.within().getOrDefault(percent, 0.0), 0);
  }

  private static String percent(double share, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f %%", share * 100);
  }

  private static String amount(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
