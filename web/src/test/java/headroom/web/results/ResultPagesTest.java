package headroom.web.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class ResultPagesTest extends Uploads {
  @Test
  void aResultShowsEveryCellItsSamplesAndHowToRepeatIt() {
    UUID id = sendGolden(newKey("<b>desk</b>"));
    String page = page("/results/" + id);

    assertThat(page)
        .contains("smollm2-135m Q8_0 on AMD Ryzen 9 7950X 16-Core Processor")
        .contains("&lt;b&gt;desk&lt;/b&gt;")
        .doesNotContain("<b>desk</b>")
        .contains("268 tok/s")
        .contains("writing 128 tokens one by one, with 4,096 tokens already there")
        .contains("59 %")
        .contains("66.1 GB/s")
        .contains("<circle")
        .contains("/api/v1/runs/" + id)
        .contains(
            "java -jar headroom-agent.jar bench --model smollm2-135m:Q8_0 --tests pp512,tg128"
                + " --depth 0,4096 --kv f16 --threads 16 --upload http://localhost")
        .doesNotContain("quarantined</span>")
        .doesNotContain(" style=");
  }

  @Test
  void thePredictionStandsBesideTheMeasurement() {
    String page = page("/results/" + sendGolden(newKey("predicted")));
    // By hand: (143.0 MB of weights + 1.58 × 64 tokens of 23,040 bytes) over 0.9 of 66.1 GB/s, 30
    // layers of 80 µs and 0.12 ms once per token.
    assertThat(page)
        .contains("Prediction and measurement")
        .contains("202 tok/s")
        .contains("1.33")
        .contains("/models/smollm2-135m");
  }

  @Test
  void aShapeThatTheCatalogueDoesNotKnowHasNoPrediction() {
    UUID id =
        sendGolden(newKey("unknown"), "\"shape\": \"smollm2-135m\"", "\"shape\": \"mine-1b\"");
    assertThat(page("/results/" + id)).doesNotContain("Prediction and measurement");
  }

  @Test
  void factsThatWereNotReadAreNotKnown() {
    UUID id =
        sendGolden(
            newKey("absent"), "\"cpuCelsius\": 47.5,", "", "\"cpuGovernor\": \"performance\",", "");
    assertThat(page("/results/" + id)).contains("not known");
  }

  @Test
  void theListShowsWhatTheFilterFindsAndKeepsTheForm() {
    UUID id = sendGolden(newKey("listed"), "AMD Ryzen 9 7950X 16-Core Processor", "Listed <CPU>");
    assertThat(page("/results?cpu=Listed"))
        .contains("/results/" + id)
        .contains("Listed &lt;CPU&gt;")
        .contains("runs 1 to 1 of 1")
        .contains("value=\"Listed\"");
    assertThat(page("/results?cpu=Nobody")).contains("No run agrees").doesNotContain(id.toString());
  }

  @Test
  void longListsHavePages() {
    String key = newKey("pages");
    for (int i = 0; i < RunSearch.PAGE_SIZE + 1; i++) {
      sendGolden(key, "AMD Ryzen 9 7950X 16-Core Processor", "Paged & CPU");
    }
    assertThat(site.get().uri("/results?cpu={c}", "Paged & CPU"))
        .bodyText()
        .contains("runs 1 to 25 of 26")
        .contains("/results?cpu=Paged%20%26%20CPU&amp;page=2");
    assertThat(site.get().uri("/results?cpu={c}&page=2", "Paged & CPU"))
        .bodyText()
        .contains("runs 26 to 26 of 26");
  }

  @Test
  void aWrongPageNumberKeepsTheForm() {
    MvcTestResult answer = get("/results?page=many&cpu=Ryzen");
    assertThat(answer).hasStatus(400);
    assertThat(body(answer)).contains("page: ").contains("value=\"Ryzen\"");
  }

  @Test
  void anUnknownResultIsA404Page() {
    MvcTestResult answer = get("/results/" + UUID.randomUUID());
    assertThat(answer).hasStatus(404);
    assertThat(body(answer)).contains("There is no result").contains("href=\"/results\"");
    assertThat(get("/results/none")).hasStatus(404);
  }

  @Test
  void aQuarantinedRunIsShownWithItsReasonOnItsOwnPages() {
    UUID id = sendGolden(newKey("doubted"), "\"fileBytes\": 144745472", "\"fileBytes\": 1447454");
    assertThat(page("/results/" + id)).contains("quarantined</span>").contains("cannot hold");
    assertThat(page("/results/quarantined")).contains("/results/" + id).contains("cannot hold");
    assertThat(page("/results")).doesNotContain(id.toString());
  }
}
