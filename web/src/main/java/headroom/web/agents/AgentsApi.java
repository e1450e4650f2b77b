package headroom.web.agents;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes agents. */
@RestController
@RequestMapping("/api/v1/agents")
@Tag(name = "Agents", description = "Keys for sending runs")
class AgentsApi {
  /** A name of 80 characters, escaped at its longest, and the braces around it. */
  private static final int LONGEST_BODY = 1_024;

  private final AgentKeys keys;
  private final KeyPace pace;
  private final JsonMapper mapper;

  AgentsApi(AgentKeys keys, KeyPace pace, JsonMapper mapper) {
    this.keys = keys;
    this.pace = pace;
    this.mapper = mapper;
  }

  /**
   * The answer that shows a key.
   *
   * @param key shown this once; the site keeps only its hash
   */
  record NewAgent(UUID id, String name, String key) {}

  @PostMapping
  @Operation(
      summary = "Make an agent and its key",
      description =
          "Body: {\"name\": \"desk\"}. Answers 201 with the key, which is shown this once. 422:"
              + " the name is missing or too long. 429: too many keys from one address.")
  ResponseEntity<?> create(HttpServletRequest request) throws IOException {
    AgentName name;
    try {
      name = name(request);
    } catch (IllegalArgumentException wrong) {
      return faulty(String.valueOf(wrong.getMessage()));
    }
    if (!pace.allows(request.getRemoteAddr())) {
      ProblemDetail problem =
          ProblemDetail.forStatusAndDetail(
              HttpStatus.TOO_MANY_REQUESTS,
              "too many keys asked for from %s; wait a minute for the next"
                  .formatted(request.getRemoteAddr()));
      return ResponseEntity.of(problem)
          .headers(h -> h.set("Retry-After", Long.toString(KeyPace.REFILL.toSeconds())))
          .build();
    }
    AgentKeys.Issued issued = keys.issue(name);
    return ResponseEntity.status(HttpStatus.CREATED)
        .cacheControl(CacheControl.noStore())
        .contentType(MediaType.APPLICATION_JSON)
        .body(new NewAgent(issued.agent().id(), issued.agent().name(), issued.key().text()));
  }

  private AgentName name(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      throw new IllegalArgumentException(
          "body is longer than %d bytes; wanted {\"name\": \"desk\"}".formatted(LONGEST_BODY));
    }
    try {
      JsonNode tree = mapper.readTree(new String(body, StandardCharsets.UTF_8));
      JsonNode name = tree.get("name");
      if (name == null || !name.isString() || tree.size() != 1) {
        throw new IllegalArgumentException(
            "found no object with a text 'name' alone; wanted {\"name\": \"desk\"}");
      }
      return new AgentName(name.stringValue());
    } catch (JacksonException notJson) {
      throw new IllegalArgumentException("body is not JSON; wanted {\"name\": \"desk\"}", notJson);
    }
  }

  private static ResponseEntity<?> faulty(String message) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, message);
    problem.setProperty("errors", List.of(Map.of("path", "/name", "message", message)));
    return ResponseEntity.of(problem).build();
  }
}
