package headroom.web.home;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HomeTest extends SiteTest {

  @Test
  void everyWayInLeadsToAPageThatIsThere() {
    Matcher links = Pattern.compile("<a class=\"card\" href=\"([^\"]+)\"").matcher(page("/"));
    int ways = 0;
    while (links.find()) {
      ways++;
      assertThat(get(links.group(1))).as(links.group(1)).hasStatusOk();
    }
    assertThat(ways).isGreaterThanOrEqualTo(3);
  }

  @Test
  void everyEntryOfTheNavigationLeadsToAPageThatNamesItCurrent() {
    Matcher entries =
        Pattern.compile("<li><a href=\"(/[a-z]+)\"").matcher(page("/").split("</nav>")[0]);
    int found = 0;
    while (entries.find()) {
      found++;
      assertThat(page(entries.group(1)))
          .contains("<a href=\"" + entries.group(1) + "\" aria-current=\"page\"");
    }
    assertThat(found).isGreaterThanOrEqualTo(4);
  }

  @Test
  void theNewestPapersAreShown() {
    assertThat(page("/")).contains("Newest papers").containsPattern("href=\"/papers/\\d{4}\\.\\d+");
  }
}
