package headroom.web.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reader browses papers and tries a paper's technique in the calculator. */
class ReaderIT extends Journey {

  @Test
  void aReaderFiltersSearchesReadsAndTurnsTheKnob() {
    Visitor reader = visitor();
    Page page = reader.open("/");
    link(page, "Papers").click();
    Locator count = page.locator("#count");
    assertThat(count).hasText(Pattern.compile("All \\d+ papers.*"));
    int documents = reader.documents();

    field(page, "Topic").selectOption("kv-cache");
    assertThat(count).hasText(Pattern.compile("\\d+ of \\d+ papers"));
    assertThat(everyCard(page)).allSatisfy(card -> assertThat(card).contains("KV Cache"));

    field(page, "Level").selectOption("Advanced");
    assertThat(page).hasURL(Pattern.compile("level=Advanced"));
    field(page, "Year").selectOption("2024");
    assertThat(page).hasURL(Pattern.compile("year=2024"));
    field(page, "Search").pressSequentially("kivi quantization");
    assertThat(page).hasURL(Pattern.compile("q=kivi"));
    assertThat(count).hasText(Pattern.compile("1 of \\d+ papers"));
    assertThat(everyCard(page))
        .singleElement()
        .satisfies(card -> assertThat(card).contains("2024").contains("Advanced"));
    assertThat(reader.documents()).as("whole pages loaded by filtering").isEqualTo(documents);

    page.locator("#results h3 a").click();
    assertThat(page).hasURL(Pattern.compile("/papers/2402\\.02750$"));
    assertThat(page.locator("h1")).containsText("KIVI");
    link(page, "Try it on your GPU").first().click();
    assertTheKnobIsTurned(page);
  }

  @Test
  void aReaderWithoutJavaScriptGetsThereToo() {
    Visitor reader = visitorWithoutJavaScript();
    Page page = reader.open("/papers");
    field(page, "Topic").selectOption("kv-cache");
    field(page, "Year").selectOption("2024");
    field(page, "Search").fill("kivi");
    button(page, "Search").click();
    assertThat(page.locator("#count")).hasText(Pattern.compile("1 of \\d+ papers"));
    assertThat(field(page, "Year")).hasValue("2024");
    page.locator("#results h3 a").click();
    link(page, "Try it on your GPU").first().click();
    assertTheKnobIsTurned(page);
  }

  @Test
  void nothingFoundSaysWhatHelps() {
    Page page = visitor().open("/papers?q=zzzzunheardof");
    assertThat(page.locator("#count")).hasText(Pattern.compile("0 of \\d+ papers"));
    assertThat(page.locator(".empty")).containsText("Fewer or other words help");
    link(page, "Show all").click();
    assertThat(page.locator("#results .card").first()).isVisible();
  }

  @Test
  void theBackButtonBringsTheFilterBack() {
    Visitor reader = visitor();
    Page page = reader.open("/papers");
    Locator count = page.locator("#count");
    String all = count.innerText();
    field(page, "Topic").selectOption("kv-cache");
    assertThat(page).hasURL(Pattern.compile("topic=kv-cache"));
    assertThat(count).not().hasText(all);
    page.goBack();
    assertThat(count).hasText(all);
  }

  private static void assertTheKnobIsTurned(Page page) {
    assertThat(page).hasURL(Pattern.compile("/fit\\?.*knob=kivi"));
    assertThat(page.locator("#verdict"))
        .containsText(Pattern.compile("fit", Pattern.CASE_INSENSITIVE));
    Locator turned = page.locator(".turned");
    assertThat(turned).containsText("KIVI");
    assertThat(turned).containsText("Without:");
    assertThat(page.locator("input[name=knob]:checked")).hasCount(1);
  }

  private static List<String> everyCard(Page page) {
    return page.locator("#results .card").allInnerTexts();
  }
}
