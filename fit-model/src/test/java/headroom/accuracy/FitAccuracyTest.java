package headroom.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.BuiltInCases;
import headroom.catalogue.Catalogue;
import headroom.measure.CaseRow;
import headroom.measure.Facts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What was reached on the built-in logs; later work may better it and must not fall behind. */
class FitAccuracyTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final List<CaseRow> LOGS = BuiltInCases.memoryLogs();
  private static final AccuracyReport REPORT = FitAccuracy.of(LOGS, CATALOGUE);

  @Test
  void weightsAreThoseOfTheFiles() {
    Summary weights = summary(REPORT, "weights");
    assertThat(weights.n()).isGreaterThanOrEqualTo(71);
    assertThat(weights.median()).isLessThan(0.0001);
    assertThat(weights.worst()).isLessThan(0.024);
    assertThat(weights.within().get("1")).isGreaterThan(0.92);
    assertThat(weights.within().get("5")).isEqualTo(1);
  }

  @Test
  void filesOfLlamaCppsMixesAreExactOrTheirLogsSayOtherwise() {
    for (GradedCase one : REPORT.cases()) {
      for (Comparison comparison : one.comparisons()) {
        if (comparison.quantity().equals("weights")
            && Math.abs(comparison.error()) > 0.001
            && !one.id().startsWith("vllm-")
            && !one.id().startsWith("mlx-")) {
          assertThat(KnownMiss.of(one.id(), comparison)).as(one.id()).isPresent();
        }
      }
    }
  }

  @Test
  void everyReasonIsOfACaseThatIsStillMissed() {
    assertThat(KnownMiss.all()).isNotEmpty();
    for (KnownMiss miss : KnownMiss.all()) {
      assertThat(REPORT.cases())
          .as(miss.id())
          .anySatisfy(
              one -> {
                assertThat(one.id()).isEqualTo(miss.id());
                assertThat(one.comparisons())
                    .anySatisfy(
                        comparison ->
                            assertThat(KnownMiss.of(one.id(), comparison)).contains(miss));
              });
    }
  }

  @Test
  void everyCacheIsExact() {
    Summary caches = summary(REPORT, "kv");
    assertThat(caches.n()).isGreaterThanOrEqualTo(42);
    assertThat(caches.worst()).isLessThan(0.001);
  }

  @Test
  void computeBuffersAreNear() {
    Summary compute = summary(REPORT, "compute");
    assertThat(compute.n()).isGreaterThanOrEqualTo(32);
    assertThat(compute.median()).isLessThan(0.0001);
    assertThat(compute.within().get("5")).isGreaterThan(0.90);
    assertThat(share("compute", 0.15)).isGreaterThan(0.95);
  }

  @Test
  void wholeLoadsAreNear() {
    Summary total = summary(REPORT, "total");
    assertThat(total.n()).isGreaterThanOrEqualTo(25);
    assertThat(total.median()).isLessThan(0.0005);
    assertThat(total.worst()).isLessThan(0.022);
  }

  @Test
  void whatIsSkippedLacksFacts() {
    assertThat(REPORT.skipped())
        .containsExactly(
            new SkippedCase(
                "exl2-llama2-7b-kv",
                "the case has neither n_ctx nor the bits per weight of 'EXL2'"));
  }

  /** 8 of 64 layers × 25600 × 5120 weights × half a bit more in Q4_1: 62.5 MiB. */
  @Test
  void sizeOfAFileTellsOfAnImportanceMatrix() {
    assertThat(error("qwen3-32b-q4_0-40k-nofa", "weights")).isLessThan(0.0001);
  }

  /** On Metal one mapping spans the GPU's tensors and the table between them. */
  @Test
  void mappingsOfWholeFilesAreReadAsSuch() {
    assertThat(error("gptoss-120b-lmstudio", "weights")).isLessThan(0.0001);
    assertThat(error("mixtral-q5km-metal", "weights")).isLessThan(0.001);
  }

  /** Facts of the shape are enough: no model need be known by its name. */
  @Test
  void modelsOfUnknownNamesAreReadFromTheirFacts() {
    List<CaseRow> nameless = LOGS.stream().map(row -> renamed(row, "Nobody's model")).toList();
    AccuracyReport report = FitAccuracy.of(nameless, CATALOGUE);
    assertThat(report.cases()).hasSizeGreaterThanOrEqualTo(68);
    assertThat(report.skipped())
        .allSatisfy(
            skipped ->
                assertThat(skipped.reason())
                    .containsAnyOf("the case has no", "has neither", "in the catalogue shows"));
    assertThat(summary(report, "kv").worst()).isLessThan(0.001);
    assertThat(summary(report, "weights").median()).isLessThan(0.0002);
  }

  private static double error(String id, String quantity) {
    return REPORT.cases().stream()
        .filter(one -> one.id().equals(id))
        .flatMap(one -> one.comparisons().stream())
        .filter(one -> one.quantity().equals(quantity))
        .mapToDouble(one -> Math.abs(one.error()))
        .max()
        .orElseThrow();
  }

  private static CaseRow renamed(CaseRow row, String name) {
    Map<String, Object> values = new HashMap<>(row.facts().values());
    values.put("model", name);
    return new CaseRow(row.id(), new Facts(values));
  }

  private static Summary summary(AccuracyReport report, String quantity) {
    return Objects.requireNonNull(report.summary().get(quantity), quantity);
  }

  private static double share(String quantity, double error) {
    List<Comparison> all =
        REPORT.cases().stream()
            .map(GradedCase::comparisons)
            .flatMap(List::stream)
            .filter(one -> one.quantity().equals(quantity))
            .toList();
    return (double) all.stream().filter(one -> Math.abs(one.error()) <= error).count() / all.size();
  }
}
