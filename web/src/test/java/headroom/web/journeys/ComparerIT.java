package headroom.web.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The comparer finds devices and puts them side by side. */
class ComparerIT extends Journey {
  private static final int MEMORY = 1;
  private static final int BANDWIDTH = 2;

  @Test
  void filteringAndSortingShowWhatWasAskedFor() {
    Visitor comparer = visitor();
    Page page = comparer.open("/devices");
    int documents = comparer.documents();
    field(page, "Memory from, GiB").fill("24");
    field(page, "Memory from, GiB").press("Tab");
    assertThat(page).hasURL(Pattern.compile("memory=24"));
    assertThat(column(page, MEMORY))
        .isNotEmpty()
        .allSatisfy(gib -> assertThat(gib).isGreaterThanOrEqualTo(24));

    Locator head = page.locator("th", new Page.LocatorOptions().setHasText("Bandwidth, GB/s"));
    // The fastest come first unasked, so the first click turns the order round.
    assertThat(head).hasAttribute("aria-sort", "descending");
    assertThat(column(page, BANDWIDTH)).isSortedAccordingTo(Comparator.reverseOrder());

    head.getByRole(AriaRole.LINK).click();
    assertThat(head).hasAttribute("aria-sort", "ascending");
    assertThat(column(page, BANDWIDTH)).isSorted();
    assertThat(column(page, MEMORY)).allSatisfy(gib -> assertThat(gib).isGreaterThanOrEqualTo(24));

    head.getByRole(AriaRole.LINK).click();
    assertThat(head).hasAttribute("aria-sort", "descending");
    assertThat(column(page, BANDWIDTH)).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(field(page, "Memory from, GiB")).hasValue("24");
    assertThat(comparer.documents()).as("whole pages loaded by the list").isEqualTo(documents);
  }

  @Test
  void upToFourDevicesStandSideBySideAndOneCanGo() {
    compare(visitor());
  }

  @Test
  void comparingNeedsNoJavaScript() {
    compare(visitorWithoutJavaScript());
  }

  private static void compare(Visitor comparer) {
    Page page = comparer.open("/devices?q=rtx+3090");
    link(page, "NVIDIA GeForce RTX 3090").click();
    assertThat(page.locator("h1")).hasText("NVIDIA GeForce RTX 3090");
    assertThat(page.locator("main")).containsText("tok/s");
    link(page, "Compare it").click();
    Locator columns = page.locator("table.compare thead th");
    assertThat(columns).hasCount(1);
    for (String next :
        List.of("NVIDIA GeForce RTX 4090", "AMD Radeon RX 7900 XTX", "intel-arc-a770-16gb")) {
      page.locator("#add").fill(next);
      button(page, "Add").click();
      page.waitForLoadState();
    }
    assertThat(columns).hasCount(4);
    assertThat(button(page, "Add")).hasCount(0);
    assertThat(page.locator("#told + ul li").first()).isVisible();

    link(page, "remove NVIDIA GeForce RTX 3090").click();
    assertThat(columns).hasCount(3);
    assertThat(columns.first()).containsText("RTX 4090");
    assertThat(page).hasURL(Pattern.compile("/compare\\?d=nvidia-geforce-rtx-4090&d="));
    assertThat(button(page, "Add")).isVisible();
  }

  @Test
  void aDeviceThatIsNotThereIsAnsweredWithItsNeighbours() {
    Page page = visitor().open("/compare?d=nvidia-geforce-rtx-4090");
    page.locator("#add").fill("geforce rtx 309");
    button(page, "Add").click();
    assertThat(page.locator("#add-error")).containsText("There is no device ‘geforce rtx 309’");
    assertThat(page.locator("#add")).hasValue("geforce rtx 309");
    link(page, "NVIDIA GeForce RTX 3090").click();
    assertThat(page.locator("table.compare thead th")).hasCount(2);
  }

  /** The numbers of one column of the list; rows whose figure is not known are left out. */
  private static List<Double> column(Page page, int index) {
    return page
        .locator("#results tbody tr td:nth-child(" + (index + 1) + "):not(.absent)")
        .allInnerTexts()
        .stream()
        .map(text -> Double.valueOf(text.replace(",", "")))
        .toList();
  }
}
