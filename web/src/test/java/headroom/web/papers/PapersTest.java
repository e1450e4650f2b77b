package headroom.web.papers;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class PapersTest extends SiteTest {

  @Test
  void theListShowsEveryPaperUntilItIsFiltered() {
    assertThat(page("/papers")).contains("All 75 papers, newest first");
    assertThat(page("/papers?topic=foundations"))
        .contains("7 of 75 papers")
        .doesNotContain("KIVI:");
    assertThat(page("/papers?topic=kv-cache&level=Starter&year=2026"))
        .contains("Comparative Characterization of KV Cache Management Strategies")
        .doesNotContain("OSCAR:");
  }

  @Test
  void wordsAreFoundByTheirStemInTitleAuthorsAndText() {
    assertThat(page("/papers?q=attention+sinks"))
        .contains("Efficient Streaming Language Models with Attention Sinks");
    assertThat(page("/papers?q=Vaswani")).contains("1 of 75 papers", "Attention Is All You Need");
    assertThat(page("/papers?q=quantizing")).contains("KIVI: A Tuning-Free");
    assertThat(page("/papers?q=2402.02750")).contains("KIVI: A Tuning-Free");
  }

  @Test
  void aWordLedByAMinusIsLeftOut() {
    assertThat(page("/papers?q=speculative")).contains("SpecInfer");
    assertThat(page("/papers?q=speculative+-tree")).doesNotContain("SpecInfer:");
  }

  @Test
  void searchTakesWhateverIsTyped() {
    for (String words : new String[] {"'", "\"", "(((", "a & | !", "%00", "<script>", ":*", "-"}) {
      assertThat(site.get().uri("/papers").param("q", words).exchange()).hasStatusOk();
    }
  }

  @Test
  void anUnknownTopicInTheFilterIsNamedAndTheRestOfTheFormKept() {
    MvcTestResult answer = get("/papers?topic=cooking&q=cache");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("‘cooking’ is not one of foundations, local-inference")
        .contains("value=\"cache\"")
        .contains("id=\"topic-error\"");
  }

  @Test
  void aPaperTellsItsClaimsWithConditionsAndPlace() {
    assertThat(page("/papers/2402.02750"))
        .contains("KIVI: A Tuning-Free Asymmetric 2bit Quantization for KV Cache")
        .contains("2.35–3.47×")
        .contains("https://arxiv.org/abs/2402.02750")
        .contains("https://arxiv.org/pdf/2402.02750")
        .contains("https://huggingface.co/papers/2402.02750")
        .contains("/fit?knob=kivi");
  }

  @Test
  void everyPaperHasItsPage() {
    var ids =
        java.util.regex.Pattern.compile("/papers/(\\d{4}\\.\\d{5})")
            .matcher(page("/papers"))
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    assertThat(ids).hasSize(75);
    for (String id : ids) {
      assertThat(get("/papers/" + id)).as(id).hasStatusOk();
    }
  }

  @Test
  void anUnknownPaperIsNotFoundAndNeighboursAreOffered() {
    MvcTestResult answer = get("/papers/2402.99999");

    assertThat(answer).hasStatus(404);
    assertThat(body(answer))
        .contains("There is no paper ‘2402.99999’.")
        .contains("/papers/2402.02750");
  }

  @Test
  void aTopicIsAPathFromStarterToAdvanced() {
    String topic = page("/topics/kv-cache");

    assertThat(topic.indexOf("Starter")).isPositive().isLessThan(topic.indexOf("level-ADVANCED"));
    assertThat(get("/topics/cooking")).hasStatus(404);
  }
}
