package headroom.web.agents;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

class AgentsTest extends SiteTest {
  private static final Pattern KEY = Pattern.compile("hr_[A-Za-z0-9]{40}");

  @Autowired private JdbcClient jdbc;
  @Autowired private AgentKeys keys;

  @Test
  void theApiMakesAnAgentAndShowsItsKeyOnce() {
    MvcTestResult answer = create("{\"name\": \" desk \"}");
    assertThat(answer).hasStatus(201);
    assertThat(answer.getResponse().getHeader("Cache-Control")).contains("no-store");
    String key = key(body(answer));
    assertThat(body(answer)).contains("\"name\":\"desk\"").contains("\"id\":\"");
    assertThat(keys.agentOf("Bearer " + key))
        .hasValueSatisfying(a -> assertThat(a.name()).isEqualTo("desk"));
    assertThat(keys.agentOf("bearer  " + key)).isPresent();
    assertThat(keys.agentOf("Basic " + key)).isEmpty();
  }

  @Test
  void theKeyIsStoredAsItsHashAlone() {
    String key = key(body(create("{\"name\": \"hashed\"}")));
    long inClear =
        jdbc.sql("select count(*) from agents a where strpos(a::text, :secret) > 0")
            .param("secret", key.substring(12))
            .query(Long.class)
            .single();
    long hashed =
        jdbc.sql("select count(*) from agents where key_hash = sha256(convert_to(:key, 'UTF8'))")
            .param("key", key)
            .query(Long.class)
            .single();
    assertThat(inClear).isZero();
    assertThat(hashed).isEqualTo(1);
  }

  @Test
  void aWrongNameIsNamed() {
    for (String body :
        new String[] {
          "{}",
          "[]",
          "",
          "nonsense",
          "{\"name\": 7}",
          "{\"name\": \"\"}",
          "{\"name\":\"a\",\"b\":1}",
          "{\"name\": \"" + "x".repeat(81) + "\"}",
          "{\"name\": \"a\\u0000\"}"
        }) {
      MvcTestResult answer = create(body);
      assertThat(answer).as(body).hasStatus(422).hasContentType("application/problem+json");
      assertThat(body(answer)).as(body).contains("\"path\":\"/name\"").contains("wanted");
    }
  }

  @Test
  void theFormMakesAKeyAndShowsItOnce() {
    MvcTestResult answer = post("/agents", "name", "form <agent>", "same-origin");
    assertThat(answer).hasStatusOk();
    assertThat(body(answer)).contains("form &lt;agent&gt;");
    assertThat(keys.agentOf("Bearer " + key(body(answer)))).isPresent();
    assertThat(answer.getResponse().getHeader("Cache-Control")).contains("no-store");
    assertThat(page("/agents")).doesNotContainPattern(KEY);
  }

  @Test
  void aFormFromAnotherSiteDoesNothing() {
    long before = count();
    assertThat(post("/agents", "name", "foreign", "cross-site")).hasStatus(403);
    MvcTestResult byOrigin =
        site.post()
            .uri("/agents")
            .param("name", "x")
            .header("Host", "localhost")
            .header("Origin", "https://elsewhere.example")
            .exchange();
    assertThat(byOrigin).hasStatus(403);
    assertThat(body(byOrigin)).contains("another site");
    assertThat(count()).isEqualTo(before);
    assertThat(
            site.post()
                .uri("/agents")
                .param("name", "x")
                .header("Host", "localhost")
                .header("Origin", "http://localhost"))
        .hasStatusOk();
  }

  @Test
  void aRevokedKeyOpensNothing() {
    String key = key(body(create("{\"name\": \"lost\"}")));
    MvcTestResult answer = post("/agents/revoke", "key", key, "same-origin");
    assertThat(answer).hasStatusOk();
    assertThat(body(answer)).contains("lost").contains("is revoked").doesNotContain(key);
    assertThat(keys.agentOf("Bearer " + key)).isEmpty();
    MvcTestResult upload =
        site.post()
            .uri("/api/v1/runs")
            .header("Authorization", "Bearer " + key)
            .content("{}")
            .exchange();
    assertThat(upload).hasStatus(401);
  }

  @Test
  void revokingAnUnknownKeySaysSo() {
    MvcTestResult answer = post("/agents/revoke", "key", "hr_" + "z".repeat(40), "same-origin");
    assertThat(answer).hasStatus(422);
    assertThat(body(answer)).contains("no agent here has this key");
  }

  @Test
  void anAddressThatAsksForTooManyKeysMustWait() {
    RequestPostProcessor address =
        request -> {
          request.setRemoteAddr("203.0.113.9");
          return request;
        };
    for (int i = 0; i < KeyPace.BURST; i++) {
      assertThat(site.post().uri("/api/v1/agents").with(address).content("{\"name\": \"n\"}"))
          .hasStatus(201);
    }
    MvcTestResult refused =
        site.post().uri("/api/v1/agents").with(address).content("{\"name\": \"n\"}").exchange();
    assertThat(refused).hasStatus(429).hasContentType("application/problem+json");
    assertThat(refused.getResponse().getHeader("Retry-After")).isEqualTo("60");
  }

  @Test
  void thePageSaysHowToMeasure() {
    assertThat(page("/agents"))
        .contains(
            "curl -fO http://localhost/agent/headroom-agent.jar &amp;&amp; java -jar"
                + " headroom-agent.jar bench --upload http://localhost");
  }

  private MvcTestResult create(String body) {
    return site.post()
        .uri("/api/v1/agents")
        .contentType("application/json")
        .content(body)
        .exchange();
  }

  private MvcTestResult post(String path, String name, String value, String fetchSite) {
    return site.post().uri(path).param(name, value).header("Sec-Fetch-Site", fetchSite).exchange();
  }

  private long count() {
    return jdbc.sql("select count(*) from agents").query(Long.class).single();
  }

  private static String key(String text) {
    Matcher matcher = KEY.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group();
  }
}
