package headroom.web.accuracy;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.Comparison;
import headroom.accuracy.FitAccuracy;
import headroom.accuracy.SpeedAccuracy;
import headroom.accuracy.SpeedCases;
import headroom.calibrate.Calibration;
import headroom.catalogue.BuiltInCases;
import headroom.catalogue.Catalogue;
import headroom.measure.CaseRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Every built-in case, predicted once: neither cases nor rules change while the site runs. */
@Component
class Gradings {
  private final Catalogue catalogue;
  private @Nullable Graded graded;

  Gradings(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * All of it.
   *
   * @param memory against load logs
   * @param speed against benchmarks
   * @param leftOut the same benchmarks, each device by constants fitted without it
   * @param memoryRows one for each comparison of memory
   * @param speedRows one for each comparison of speed
   */
  record Graded(
      AccuracyReport memory,
      AccuracyReport speed,
      AccuracyReport leftOut,
      List<Row> memoryRows,
      List<Row> speedRows) {}

  /**
   * One comparison with the facts of its case.
   *
   * @param id of the case
   * @param tier of trust, empty for memory
   * @param group class of the device, empty for memory
   * @param what model, format and test or settings
   * @param where device, or engine
   * @param source of the real figure
   * @param comparison predicted beside real
   */
  record Row(
      String id,
      String tier,
      String group,
      String what,
      String where,
      String source,
      Comparison comparison) {}

  /** Grades beside what visitors ask, so that the first of them need not wait for it. */
  @EventListener(ApplicationReadyEvent.class)
  void prepare() {
    Thread.ofPlatform().daemon().name("gradings").priority(Thread.MIN_PRIORITY).start(this::all);
  }

  /** Graded when first asked for. */
  synchronized Graded all() {
    Graded known = graded;
    if (known == null) {
      AccuracyReport memory = FitAccuracy.of(BuiltInCases.memoryLogs(), catalogue);
      SpeedCases measured = SpeedCases.of(BuiltInCases.measurements(), catalogue);
      AccuracyReport speed = SpeedAccuracy.of(measured);
      known =
          new Graded(
              memory,
              speed,
              Calibration.leftOut(measured, measured.cases()),
              rows(memory, BuiltInCases.memoryLogs()),
              rows(speed, BuiltInCases.measurements()));
      graded = known;
    }
    return known;
  }

  private static List<Row> rows(AccuracyReport report, List<CaseRow> cases) {
    Map<String, CaseRow> byId =
        cases.stream().collect(Collectors.toMap(CaseRow::id, Function.identity()));
    List<Row> rows = new ArrayList<>();
    for (GradedCase one : report.cases()) {
      CaseRow facts = byId.get(one.id());
      for (Comparison comparison : one.comparisons()) {
        rows.add(row(one, facts, comparison));
      }
    }
    return rows;
  }

  private static Row row(GradedCase one, @Nullable CaseRow facts, Comparison comparison) {
    if (facts == null) {
      return new Row(one.id(), "", "", "", "", "", comparison);
    }
    return new Row(
        one.id(),
        one.tier().orElse(""),
        one.group().orElse(""),
        joined(facts, "model", "quant", "test"),
        joined(facts, facts.text("device").isPresent() ? "device" : "engine", "backend"),
        facts.text("source").orElse(""),
        comparison);
  }

  private static String joined(CaseRow facts, String... keys) {
    return List.of(keys).stream()
        .flatMap(key -> facts.text(key).stream())
        .collect(Collectors.joining(", "));
  }
}
