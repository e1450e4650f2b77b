package headroom.web.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The owner asks whether a model fits the device at hand, and at what context. */
class OwnerIT extends Journey {
  private static final String SMALL_CARD = "nvidia-geforce-rtx-3060-12-gb";

  @Test
  void aLongerContextChangesTheVerdictWithoutLoadingThePageAnew() {
    Visitor owner = visitor();
    Page page = owner.open("/fit");
    int documents = owner.documents();
    Locator verdict = page.locator("#verdict");

    fill(page, "Model", "llama-3.1-8b");
    fill(page, "Device", SMALL_CARD);
    assertThat(page).hasURL(Pattern.compile("device=" + SMALL_CARD));
    assertThat(verdict).containsText("Fits, ");

    fill(page, "Context", "128k");
    assertThat(verdict).containsText("Does not fit: ");
    assertThat(page.locator("#report")).containsText("131,072 tokens of context");
    assertThat(page).hasURL(Pattern.compile("context=131072"));

    fill(page, "KV cache", "q4_0");
    assertThat(verdict).containsText("Fits, ");
    assertThat(owner.documents()).as("whole pages loaded by the calculator").isEqualTo(documents);
    assertThat(page.locator("#report .memory-table").first()).containsText("Source:");
  }

  @Test
  void theAddressIsTheAnswerAndCanBeShared() {
    Visitor owner = visitor();
    Page page = owner.open("/fit?device=" + SMALL_CARD);
    fill(page, "Context", "32768");
    assertThat(page).hasURL(Pattern.compile("context=32768"));
    assertThat(page.locator("#report")).containsText("32,768 tokens of context");
    String verdict = page.locator("#verdict").innerText();

    Page friends = visitor().open(owner.path());
    assertThat(friends.locator("#verdict")).hasText(verdict);
    assertThat(field(friends, "Context")).hasValue("32768");
    Page plain = visitorWithoutJavaScript().open(owner.path());
    assertThat(plain.locator("#verdict")).hasText(verdict);
  }

  @Test
  void theBackButtonBringsTheFormerQuestionBack() {
    Visitor owner = visitor();
    Page page = owner.open("/fit?device=" + SMALL_CARD);
    String verdict = page.locator("#verdict").innerText();
    fill(page, "Context", "128k");
    assertThat(page.locator("#verdict")).containsText("Does not fit: ");
    assertThat(page).hasURL(Pattern.compile("context=131072"));
    page.goBack();
    assertThat(page.locator("#verdict")).hasText(verdict);
    assertThat(field(page, "Context")).hasValue("8192");
  }

  @Test
  void aValueThatCannotBeUsedIsNamedAndTheFormKeepsEverything() {
    Visitor owner = visitor();
    Page page = owner.open("/fit?device=" + SMALL_CARD);
    int documents = owner.documents();

    fill(page, "Context", "many");
    assertThat(page.locator("#context-error")).containsText("‘many’ cannot be used");
    assertThat(field(page, "Context")).hasValue("many");
    assertThat(field(page, "Context")).hasAttribute("aria-invalid", "true");
    assertThat(field(page, "Device")).hasValue(SMALL_CARD);
    assertThat(page.locator("#report")).containsText("No answer yet");

    fill(page, "Context", "4096");
    assertThat(page.locator("#verdict")).containsText("Fits, ");
    assertThat(page.locator("#context-error")).isEmpty();
    assertThat(field(page, "Context")).not().hasAttribute("aria-invalid", "true");
    assertThat(owner.documents()).isEqualTo(documents);
  }

  @Test
  void everythingWorksWithoutJavaScript() {
    Page page = visitorWithoutJavaScript().open("/fit");
    field(page, "Device").fill(SMALL_CARD);
    field(page, "Context").fill("128k");
    button(page, "Calculate").click();
    assertThat(page.locator("#verdict")).containsText("Does not fit: ");
    assertThat(field(page, "Device")).hasValue(SMALL_CARD);

    field(page, "Context").fill("many");
    button(page, "Calculate").click();
    assertThat(page.locator("#context-error")).containsText("‘many’ cannot be used");
    assertThat(field(page, "Context")).hasValue("many");
    assertThat(field(page, "Device")).hasValue(SMALL_CARD);

    field(page, "Context").fill("8192");
    button(page, "Calculate").click();
    assertThat(page.locator("#verdict")).containsText("Fits, ");
  }

  /** Types over what stands in the field and leaves it. */
  private static void fill(Page page, String label, String text) {
    Locator field = field(page, label);
    field.fill(text);
    field.press("Tab");
  }
}
