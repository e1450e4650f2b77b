package headroom.web.claims;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClaimsTest extends SiteTest {

  @Test
  void aStatementStandsBesideWhatTheCalculatorFound() {
    assertThat(page("/claims"))
        .contains("<title>Claims, checked · Headroom</title>")
        .contains("id=\"671b-in-24gb\"")
        .contains("does not hold")
        .contains("Even in IQ1_S")
        .contains("GiB too much");
  }

  @Test
  void whatDoesNotHoldComesFirst() {
    String page = page("/claims");
    assertThat(page.indexOf("671b-in-24gb")).isLessThan(page.indexOf("mixtral-parameters"));
  }

  @Test
  void theCalculatorAnswersEveryLinkOfThePage() {
    Matcher links = Pattern.compile("href=\"(/fit\\?[^\"]+)\"").matcher(page("/claims"));
    int followed = 0;
    while (links.find()) {
      assertThat(page(links.group(1).replace("&amp;", "&"))).contains("class=\"verdict");
      followed++;
    }
    assertThat(followed).isGreaterThan(3);
  }
}
