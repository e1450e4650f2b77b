package headroom.web.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.accuracy.FitAccuracy;
import headroom.catalogue.BuiltInCases;
import headroom.catalogue.Catalogue;
import headroom.web.SiteTest;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AccuracyTest extends SiteTest {

  @Test
  void showsWhatTheGradingSays() {
    double weights =
        Objects.requireNonNull(
                FitAccuracy.of(BuiltInCases.memoryLogs(), Catalogue.load())
                    .summary()
                    .get("weights"))
            .median();
    assertThat(page("/accuracy"))
        .contains(String.format(Locale.ROOT, "%.2f %%", 100 * weights))
        .contains("Decode, tier A")
        .contains("Prefill, tier C")
        .contains("Devices left out of the fit")
        .contains("Decode, tier A, cuda")
        .contains("Not predicted, and why")
        .contains("./headroom accuracy speed");
  }

  @Test
  void everyChartIsToldInWords() {
    String page = page("/accuracy");
    assertThat(page.split("<svg class=\"spread\"", -1))
        .hasSameSizeAs(page.split("<span>\\d+ comparisons: \\d+ too low, ", -1));
    assertThat(page).containsPattern("aria-label=\"Weights: \\d+ comparisons: \\d+ too low");
  }

  @Test
  void casesAreNarrowedByQuantityTierAndWords() {
    assertThat(page("/accuracy?quantity=decode&tier=A&q=4090"))
        .contains("RTX 4090")
        .doesNotContain("<td><span>Prefill</span>")
        .doesNotContain("<td><span>Weights</span>");
    assertThat(get("/accuracy?tier=D")).hasStatus(400);
  }

  @Test
  void programsGetTheSame() {
    assertThat(site.get().uri("/api/v1/accuracy").exchange())
        .hasStatusOk()
        .bodyJson()
        .extractingPath("$.memory.summary.weights.n")
        .asNumber()
        .satisfies(n -> assertThat(n.intValue()).isGreaterThan(30));
    assertThat(page("/v3/api-docs")).contains("/api/v1/accuracy");
  }
}
