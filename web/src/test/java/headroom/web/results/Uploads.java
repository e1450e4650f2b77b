package headroom.web.results;

import headroom.web.SiteTest;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A site to which a test sends runs, as the agent does. */
abstract class Uploads extends SiteTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Autowired protected JdbcClient jdbc;

  /** A new agent's key, asked for over the API. */
  protected String newKey(String name) {
    MvcTestResult answer =
        site.post().uri("/api/v1/agents").content("{\"name\": \"" + name + "\"}").exchange();
    return json(answer).get("key").stringValue();
  }

  protected MvcTestResult send(String key, String document) {
    return send(key, document.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  protected MvcTestResult send(String key, byte[] document) {
    return site.post()
        .uri("/api/v1/runs")
        .header("Authorization", "Bearer " + key)
        .contentType("application/json")
        .content(document)
        .exchange();
  }

  /** Sends the golden run under a new id, with further changes, and gives that id. */
  protected UUID sendGolden(String key, String... foundAndReplacement) {
    UUID id = UUID.randomUUID();
    String document = GoldenRun.withId(id);
    for (int i = 0; i < foundAndReplacement.length; i += 2) {
      document = GoldenRun.replaced(document, foundAndReplacement[i], foundAndReplacement[i + 1]);
    }
    MvcTestResult answer = send(key, document);
    if (answer.getResponse().getStatus() != 201) {
      throw new IllegalStateException("not stored: " + body(answer));
    }
    return id;
  }

  protected static JsonNode json(MvcTestResult answer) {
    return JSON.readTree(body(answer));
  }

  protected long stored(UUID id) {
    return jdbc.sql("select count(*) from runs where id = :id")
        .param("id", id)
        .query(Long.class)
        .single();
  }
}
