package headroom.web.devices;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class DevicesTest extends SiteTest {

  @Test
  void wordsOfTheNameNarrowTheList() {
    String page = page("/devices?q=4090");

    assertThat(page).contains("<title>Devices · Headroom</title>");
    assertThat(names(page))
        .contains("NVIDIA GeForce RTX 4090")
        .allMatch(name -> name.contains("4090"));
  }

  @Test
  void allFiltersTogetherNarrowTheList() {
    String page =
        page("/devices?vendor=NVIDIA&kind=discrete-gpu&memory=24&bandwidth=900&price=1600");

    assertThat(names(page))
        .contains("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090")
        .doesNotContain("NVIDIA GeForce RTX 5090", "NVIDIA GeForce RTX 4080");
  }

  @Test
  void sortingByPricePutsTheCheapestFirstAndUnknownPricesLast() {
    String cheapest = page("/devices?q=rtx&sort=price");
    String dearest = page("/devices?q=a100&sort=-price");

    assertThat(cheapest).contains("aria-sort=\"ascending\"");
    List<Integer> prices =
        Pattern.compile(">(?:about )?\\$([\\d,]+)<")
            .matcher(cheapest)
            .results()
            .map(price -> Integer.parseInt(price.group(1).replace(",", "")))
            .toList();
    assertThat(prices).hasSizeGreaterThan(5).isSorted();
    int lastKnown = Math.max(dearest.lastIndexOf(">$"), dearest.lastIndexOf(">about $"));
    assertThat(dearest.indexOf("not known", dearest.indexOf("<tbody>")))
        .as("unknown prices stand after known ones")
        .isGreaterThan(lastKnown == -1 ? 0 : -1);
  }

  @Test
  void aLongListIsCutIntoPages() {
    String first = page("/devices?sort=name");
    String second = page("/devices?sort=name&page=2");

    assertThat(names(first)).hasSize(50);
    assertThat(first).contains("href=\"/devices?page=2&amp;sort=name\"");
    assertThat(names(second)).hasSize(50).doesNotContainAnyElementsOf(names(first));
  }

  @Test
  void aNumberThatIsNoneIsNamedAtItsFieldAndTheRestOfTheFormIsKept() {
    MvcTestResult answer = get("/devices?q=rtx&memory=lots&price=2000");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("‘lots’ is not a number; wanted a number from 0 to 10000")
        .contains("aria-invalid=\"true\" aria-describedby=\"memory-error\"")
        .contains("value=\"lots\"")
        .contains("value=\"rtx\"")
        .contains("value=\"2000\"");
  }

  @Test
  void numbersOutOfRangeAndUnknownChoicesAreRefusedToo() {
    assertThat(get("/devices?memory=-5")).hasStatus(400);
    assertThat(get("/devices?bandwidth=1e99")).hasStatus(400);
    assertThat(get("/devices?kind=toaster")).hasStatus(400);
    assertThat(get("/devices?sort=colour")).hasStatus(400);
    assertThat(get("/devices?page=0")).hasStatus(400);
    assertThat(get("/devices?q=" + "x".repeat(300))).hasStatus(400);
  }

  @Test
  void whatIsTypedIsEscaped() {
    assertThat(page("/devices?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
        .doesNotContain("<script>alert")
        .contains("&lt;script&gt;");
  }

  @Test
  void nothingFoundSaysWhatToDo() {
    assertThat(page("/devices?q=zx81")).contains("No device is like that");
  }

  @Test
  void aDeviceShowsItsFactsWithUnitsSourcesAndWhatItRuns() {
    assertThat(page("/devices/nvidia-geforce-rtx-4090"))
        .contains("<title>NVIDIA GeForce RTX 4090 · Headroom</title>")
        .contains("24 GiB", "1,008 GB/s", "165.2 TFLOPS", "$1,599", "450 W", "PCIe 4.0 ×16")
        .contains("not known") // its FP4 rate
        .contains("derived from TechPowerUp")
        .containsPattern("<strong><span>\\d+</span> of <span>\\d+</span></strong>")
        .contains("tok/s");
  }

  @Test
  void aPlatformWithoutMemoryOfItsOwnSaysSo() {
    assertThat(page("/devices/cpu-ddr3-1600-dual"))
        .contains("chosen by whoever builds the machine")
        .contains("need at most <span>64.00 GiB</span>");
  }

  @Test
  void anUnknownDeviceIsAnsweredWithTheNearest() {
    MvcTestResult answer = get("/devices/rtx-4090");

    assertThat(answer).hasStatus(404);
    assertThat(body(answer))
        .contains("There is no device ‘rtx-4090’.")
        .contains("href=\"/devices/nvidia-geforce-rtx-4090\"");
  }

  private static List<String> names(String page) {
    return Pattern.compile("<th scope=\"row\"><a [^>]*>([^<]+)</a>")
        .matcher(page)
        .results()
        .map((MatchResult row) -> row.group(1))
        .toList();
  }
}
