package headroom.agent.upload;

import headroom.agent.json.RunJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Speaks to a site's API; a 429, a 5xx and a lost connection are tried again. */
final class SiteClient {
  static final int TRIES = 3;

  private final URI site;
  private final Duration firstPause;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * @param site address without a path's end slash
   * @param firstPause before the second try; doubled before the third
   */
  SiteClient(URI site, Duration firstPause) {
    this.site = site;
    this.firstPause = firstPause;
  }

  /**
   * A site's answer.
   *
   * @param status HTTP status
   * @param body as JSON; a missing node where it is none
   */
  record Answer(int status, JsonNode body) {
    /** The text of a field, empty where there is none. */
    String text(String field) {
      return body.path(field).asString("");
    }
  }

  /** No answer that is worth anything after all tries. */
  static final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    NoAnswer(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** Posts JSON; an empty key sends none. */
  Answer post(String path, byte[] json, String key) throws NoAnswer, InterruptedException {
    String reason = "";
    Duration pause = firstPause;
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      if (attempt > 1) {
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
      }
      try {
        HttpResponse<byte[]> response =
            http.send(request(path, json, key), BodyHandlers.ofByteArray());
        if (response.statusCode() != 429 && response.statusCode() < 500) {
          return new Answer(response.statusCode(), tree(response.body()));
        }
        reason = "the site answered %d".formatted(response.statusCode());
      } catch (IOException e) {
        reason = reason(e);
      }
    }
    throw new NoAnswer(reason);
  }

  private HttpRequest request(String path, byte[] json, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(site + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, application/problem+json")
            .POST(BodyPublishers.ofByteArray(json));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    return request.build();
  }

  private static JsonNode tree(byte[] body) {
    try {
      return RunJson.mapper().readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      return RunJson.mapper().missingNode();
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case HttpTimeoutException _ -> "no answer within the time limit";
      case ConnectException _ -> "nothing answers at that address";
      default -> "the connection broke" + (e.getMessage() == null ? "" : ": " + e.getMessage());
    };
  }
}
