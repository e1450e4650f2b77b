package headroom.web.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Somebody who uses no mouse. */
class KeyboardIT extends Journey {

  @Test
  void theFirstStopLeadsPastTheNavigation() {
    for (String path : List.of("/", "/papers", "/fit", "/devices", "/agents")) {
      Page page = visitor().open(path);
      page.keyboard().press("Tab");
      assertThat(focused(page)).as(path).isEqualTo("Skip to the content");
      assertThat(page.locator(".skip")).isInViewport();
      page.keyboard().press("Enter");
      page.keyboard().press("Tab");
      assertThat(page.evaluate("document.querySelector('main').contains(document.activeElement)"))
          .as(path + ": the stop after the skip link lies in the content")
          .isEqualTo(true);
    }
  }

  @Test
  void theStopsFollowTheOrderOfReading() {
    Page page = visitor().open("/fit");
    List<String> stops = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      page.keyboard().press("Tab");
      stops.add(focused(page));
      assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
          .as("a ring around " + focused(page))
          .isNotEqualTo("none");
    }
    assertThat(stops)
        .containsSubsequence(
            "Skip to the content",
            "Headroom",
            "Papers",
            "Calculator",
            "What to take",
            "Devices",
            "Models",
            "Results",
            "Leaderboard",
            "Accuracy",
            "Claims",
            "Measure",
            "Model",
            "Device",
            "Weight format",
            "Context",
            "KV cache",
            "Several devices, host, engine",
            "Calculate");
  }

  @Test
  void theCalculatorAnswersWhileTheFocusStaysWhereItIs() {
    Page page = visitor().open("/fit?device=nvidia-geforce-rtx-3060-12-gb");
    field(page, "Context").focus();
    page.keyboard().press("ControlOrMeta+a");
    page.keyboard().type("131072");
    page.keyboard().press("Enter");
    assertThat(page).hasURL(Pattern.compile("context=131072"));
    assertThat(page.locator("#verdict")).containsText("Does not fit");
    assertThat(focused(page)).isEqualTo("Context");
  }

  @Test
  void wideTablesScrollWithTheArrowKeys() {
    Page page = visitor().open("/devices");
    new Look(360, false).on(page);
    page.locator("#results .table-scroll").focus();
    page.keyboard().press("ArrowRight");
    page.waitForFunction("document.querySelector('#results .table-scroll').scrollLeft > 0");
  }

  /** The name of what has the focus: its label or its text. */
  private static String focused(Page page) {
    return String.valueOf(
            page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"))
        .strip();
  }
}
