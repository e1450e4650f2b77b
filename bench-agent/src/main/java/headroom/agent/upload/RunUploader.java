package headroom.agent.upload;

import headroom.agent.json.RunJson;
import headroom.agent.upload.SiteClient.Answer;
import headroom.agent.upload.SiteClient.NoAnswer;
import headroom.agent.upload.UploadOutcome.Refused;
import headroom.agent.upload.UploadOutcome.Stored;
import headroom.agent.upload.UploadOutcome.Unreachable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Sends run files to one site as they are, byte for byte. Never deletes one. */
public final class RunUploader {
  private final URI site;
  private final Optional<String> givenKey;
  private final KeyStore keys;
  private final String agentName;
  private final SiteClient client;

  /**
   * @param site for example {@code http://localhost:8080}
   * @param givenKey key of the user; without one the agent registers itself
   * @param keys where keys of registered agents lie
   * @param agentName how the agent calls itself when it registers
   */
  public RunUploader(URI site, Optional<String> givenKey, KeyStore keys, String agentName) {
    this(site, givenKey, keys, agentName, Duration.ofSeconds(1));
  }

  RunUploader(
      URI site, Optional<String> givenKey, KeyStore keys, String agentName, Duration firstPause) {
    this.site = site;
    this.givenKey = givenKey;
    this.keys = keys;
    this.agentName = agentName;
    this.client = new SiteClient(site, firstPause);
  }

  /**
   * Sends one file and, once the site has it, notes so beside it.
   *
   * @throws IOException where the file or the keys cannot be read or written
   */
  public UploadOutcome send(Path file) throws IOException, InterruptedException {
    byte[] document = Files.readAllBytes(file);
    RunJson.read(file);
    UploadOutcome outcome;
    try {
      outcome = send(document);
    } catch (NoAnswer e) {
      outcome = new Unreachable(e.reason(), SiteClient.TRIES);
    } catch (RegistrationRefused e) {
      outcome = e.refused;
    }
    if (outcome instanceof Stored stored) {
      SentMarks.mark(file, site, stored.url());
    }
    return outcome;
  }

  private UploadOutcome send(byte[] document)
      throws IOException, InterruptedException, RegistrationRefused {
    Optional<String> own = givenKey.isPresent() ? Optional.empty() : keys.find(site);
    String key = givenKey.isPresent() ? givenKey.get() : own.isPresent() ? own.get() : register();
    Answer answer = client.post("/api/v1/runs", document, key);
    if (answer.status() == 401 && own.isPresent()) {
      // The site forgot this agent (a new database, a revoked key): introduce it again, once.
      keys.remove(site);
      answer = client.post("/api/v1/runs", document, register());
    }
    return outcome(answer);
  }

  private String register() throws IOException, InterruptedException, RegistrationRefused {
    byte[] body =
        RunJson.mapper()
            .writeValueAsBytes(RunJson.mapper().createObjectNode().put("name", agentName));
    Answer answer = client.post("/api/v1/agents", body, "");
    String key = answer.text("key");
    if (answer.status() != 201 || key.isBlank()) {
      throw new RegistrationRefused(
          new Refused(
              answer.status(),
              "the site did not register this agent; make a key at %s/agents and give it with --key"
                  .formatted(site),
              faults(answer)));
    }
    keys.put(site, key);
    return key;
  }

  private UploadOutcome outcome(Answer answer) {
    int status = answer.status();
    String id = answer.text("id");
    if ((status == 200 || status == 201) && !id.isBlank()) {
      return new Stored(id, page(answer, id), status == 200);
    }
    String said = answer.text("detail").isBlank() ? answer.text("title") : answer.text("detail");
    String reason =
        switch (status) {
          case 200, 201 -> "the answer names no run; is %s a Headroom site?".formatted(site);
          case 401 ->
              "the key is not valid here; make one at %s/agents, or leave --key and HEADROOM_KEY out and the agent registers itself"
                  .formatted(site);
          case 404 -> "nothing takes runs there; is %s a Headroom site?".formatted(site);
          case 409 -> "another run with the same id stands there";
          case 413 -> "the file is larger than the site takes";
          case 422 -> "the document has faults";
          default -> said.isBlank() ? "the site will not take it" : said;
        };
    return new Refused(status, reason, faults(answer));
  }

  private URI page(Answer answer, String id) {
    try {
      String url = answer.text("url").strip();
      return site.resolve(url.isEmpty() ? "/results/" + id : url);
    } catch (IllegalArgumentException e) {
      return site;
    }
  }

  private static List<String> faults(Answer answer) {
    List<String> faults = new ArrayList<>();
    for (JsonNode error : answer.body().path("errors")) {
      faults.add(
          "%s: %s".formatted(error.path("path").asString(""), error.path("message").asString("")));
    }
    return faults;
  }

  private static final class RegistrationRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refused refused;

    RegistrationRefused(Refused refused) {
      super(refused.reason());
      this.refused = refused;
    }
  }
}
