package headroom.web.support;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class SiteErrorsTest extends SiteTest {

  @Test
  void anUnknownPageIsAnsweredInTheDesignOfTheSite() {
    MvcTestResult answer = get("/no-such-page");

    assertThat(answer).hasStatus(404);
    assertThat(body(answer))
        .contains("<title>Not found · Headroom</title>")
        .contains("There is no page /no-such-page.")
        .contains("Skip to the content");
  }

  @Test
  void anUnknownPathOfTheApiIsAnsweredWithProblemJson() {
    MvcTestResult answer = get("/api/v1/no-such-thing");

    assertThat(answer).hasStatus(404);
    assertThat(answer).hasContentType("application/problem+json");
    assertThat(body(answer)).contains("\"status\":404").contains("/api/v1/no-such-thing");
  }

  @Test
  void theApiDescriptionNamesOnlyTheApi() {
    assertThat(body(get("/v3/api-docs"))).contains("\"openapi\"").doesNotContain("\"/devices\"");
  }

  @Test
  void everyAnswerForbidsForeignAndInlineCode() {
    String policy = get("/").getResponse().getHeader("Content-Security-Policy");

    assertThat(policy).contains("default-src 'self'").doesNotContain("unsafe");
    assertThat(get("/").getResponse().getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void noPageAsksForAnythingFromElsewhere() {
    assertThat(page("/"))
        .doesNotContainPattern("(src|href)=\"(https?:)?//")
        .doesNotContain(" style=")
        .doesNotContain("<style");
  }

  @Test
  void assetsCarryAHashInTheirAddress() {
    assertThat(page("/"))
        .containsPattern("/app-[0-9a-f]{32}\\.css")
        .containsPattern("/webjars/htmx\\.org/2\\.0\\.10/dist/htmx\\.min-[0-9a-f]{32}\\.js");
  }
}
