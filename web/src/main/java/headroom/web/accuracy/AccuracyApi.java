package headroom.web.accuracy;

import com.fasterxml.jackson.annotation.JsonInclude;
import headroom.accuracy.AccuracyReport;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.accuracy.Comparison;
import headroom.accuracy.KnownMiss;
import headroom.accuracy.Summary;
import headroom.web.accuracy.Gradings.Graded;
import headroom.web.accuracy.Gradings.Row;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Every prediction that was held against reality, for programs. */
@RestController
@Tag(name = "Accuracy", description = "Predictions beside real logs and measurements")
class AccuracyApi {
  private static final Duration FRESH = Duration.ofHours(1);

  private final Gradings gradings;

  AccuracyApi(Gradings gradings) {
    this.gradings = gradings;
  }

  /**
   * Both gradings.
   *
   * @param memory against load logs, MiB
   * @param speed against benchmarks, tok/s
   * @param devicesLeftOut speed by tier, each device by constants fitted without it
   */
  record Accuracy(
      Grading memory, Grading speed, Map<String, Map<String, Summary>> devicesLeftOut) {}

  /**
   * One grading.
   *
   * @param cases every comparison
   * @param summary by quantity
   * @param tiers the same by tier of trust
   * @param skipped what could not be predicted
   */
  record Grading(
      List<Compared> cases,
      Map<String, Summary> summary,
      Map<String, Map<String, Summary>> tiers,
      List<SkippedCase> skipped) {}

  /**
   * One comparison of one case.
   *
   * @param why it is missed, where that is known
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Compared(
      String id,
      String tier,
      String deviceClass,
      String source,
      Comparison comparison,
      Optional<String> why) {
    private static Compared of(Row row) {
      return new Compared(
          row.id(),
          row.tier(),
          row.group(),
          row.source(),
          row.comparison(),
          KnownMiss.of(row.id(), row.comparison()).map(KnownMiss::why));
    }
  }

  @Operation(summary = "Every case, its error, and what was skipped and why")
  @GetMapping("/api/v1/accuracy")
  ResponseEntity<Accuracy> accuracy() {
    Graded graded = gradings.all();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(FRESH).cachePublic())
        .body(
            new Accuracy(
                grading(graded.memory(), graded.memoryRows()),
                grading(graded.speed(), graded.speedRows()),
                tiers(graded.leftOut())));
  }

  private static Grading grading(AccuracyReport report, List<Row> rows) {
    return new Grading(
        rows.stream().map(Compared::of).toList(),
        report.summary(),
        tiers(report),
        report.skipped());
  }

  private static Map<String, Map<String, Summary>> tiers(AccuracyReport report) {
    Map<String, Map<String, Summary>> tiers = new LinkedHashMap<>();
    report.tiers().forEach(tier -> tiers.put(tier, report.summaryOf(tier)));
    return tiers;
  }
}
