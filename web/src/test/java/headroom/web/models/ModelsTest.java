package headroom.web.models;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class ModelsTest extends SiteTest {

  @Test
  void wordsFamilyKindAndSizeNarrowTheList() {
    assertThat(names(page("/models?q=llama%203.1"))).contains("Llama 3.1 8B");
    assertThat(names(page("/models?family=Llama%203.1")))
        .containsExactlyInAnyOrder("Llama 3.1 8B", "Llama 3.1 70B", "Llama 3.1 405B");
    assertThat(names(page("/models?type=moe&min=100")))
        .contains("gpt-oss-120b")
        .doesNotContain("gpt-oss-20b", "Llama 3.1 405B");
    assertThat(names(page("/models?max=1")))
        .contains("Gemma 3 270M")
        .doesNotContain("Llama 3.1 8B");
  }

  @Test
  void theLargestComesFirstWhenSortedSo() {
    assertThat(names(page("/models?family=Llama%203.1&sort=-size")))
        .containsExactly("Llama 3.1 405B", "Llama 3.1 70B", "Llama 3.1 8B");
  }

  @Test
  void aNumberThatIsNoneIsNamedAtItsFieldAndTheRestOfTheFormIsKept() {
    MvcTestResult answer = get("/models?q=qwen&min=big");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("‘big’ is not a number")
        .contains("value=\"big\"")
        .contains("value=\"qwen\"");
  }

  @Test
  void aModelShowsItsSizesItsLayersAndWhereItFits() {
    assertThat(page("/models/llama-3.1-8b"))
        .contains("<title>Llama 3.1 8B · Headroom</title>")
        .contains("8,030,261,248")
        .contains("128.00 KiB") // 2 × 32 layers × 8 heads × 128 × 2 bytes per token
        .contains("4.89") // bits per weight of Q4_K_M, tools/quantize/README.md of llama.cpp
        .contains("32 × full attention, 32 heads sharing 8 key-value heads of 128")
        .contains("MMLU-Pro")
        .containsPattern("<strong><span>\\d+</span> of <span>\\d+</span></strong>");
  }

  @Test
  void slidingWindowsAreToldApartFromWhatGrows() {
    assertThat(page("/models/gemma-3-27b"))
        .contains("52 × sliding window of 1,024 tokens")
        .contains("10 × full attention")
        .contains("80.00 KiB per token, 416.00 MiB for the full windows");
  }

  @Test
  void aRecurrentModelHasStateInsteadOfACache() {
    assertThat(page("/models/falcon-mamba-7b"))
        .contains("of state per sequence, whatever the context");
  }

  @Test
  void whatNobodyHasToldIsNotKnown() {
    assertThat(page("/models/llama-3.1-8b")).containsPattern("Licence</dt>\\s*<dd class=\"absent\">not known");
  }

  @Test
  void anUnknownModelIsAnsweredWithTheNearest() {
    MvcTestResult answer = get("/models/lama-3.1-8b");

    assertThat(answer).hasStatus(404);
    assertThat(body(answer))
        .contains("There is no model ‘lama-3.1-8b’.")
        .contains("href=\"/models/llama-3.1-8b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bitnet-b1.58-2b-4t",
        "command-r7b",
        "deepseek-v3.2",
        "deepseek-v4-flash",
        "gemma-3n-e4b",
        "gpt-oss-20b",
        "jamba-v0.1",
        "lfm2-1.2b",
        "llama-4-scout",
        "mamba-2.8b",
        "nemotron-3-nano-30b-a3b",
        "qwen3-next-80b-a3b",
        "rwkv7-world-2.9b"
      })
  void everyKindOfModelHasAPage(String id) {
    assertThat(page("/models/" + id)).contains("Its weights in common quantisations");
  }

  private static List<String> names(String page) {
    return Pattern.compile("<th scope=\"row\"><a [^>]*>([^<]+)</a>")
        .matcher(page)
        .results()
        .map((MatchResult row) -> row.group(1))
        .toList();
  }
}
