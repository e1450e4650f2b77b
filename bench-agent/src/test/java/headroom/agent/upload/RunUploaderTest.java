package headroom.agent.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import headroom.agent.json.NotARunException;
import headroom.agent.upload.UploadOutcome.Refused;
import headroom.agent.upload.UploadOutcome.Stored;
import headroom.agent.upload.UploadOutcome.Unreachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunUploaderTest {
  private static final Path GOLDEN = Path.of("../fit-model/src/test/resources/run-v1.json");
  private static final String ID = "6f1d2c0e-9a51-4c5e-8d7b-2f0a4b9c3e11";

  private record Request(String path, String authorization, String body) {}

  private record Reply(int status, String body) {}

  @TempDir private Path folder;
  private HttpServer server;
  private URI site;
  private KeyStore keys;
  private Path run;
  private final List<Request> requests = new ArrayList<>();
  private final Deque<Reply> replies = new ArrayDeque<>();

  @BeforeEach
  void startSite() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    site = URI.create("http://localhost:" + server.getAddress().getPort());
    keys = new KeyStore(folder.resolve("config/keys.json"));
    run = folder.resolve("run.json");
    Files.copy(GOLDEN, run);
  }

  @AfterEach
  void stopSite() {
    server.stop(0);
  }

  @Test
  void storedRunWasSentByteForByteWithTheKey() throws Exception {
    replies.add(new Reply(201, stored()));
    assertThat(uploader(Optional.of("hr_mine")).send(run))
        .isEqualTo(new Stored(ID, URI.create(site + "/results/" + ID), false));
    assertThat(requests).hasSize(1);
    assertThat(requests.getFirst().path()).isEqualTo("/api/v1/runs");
    assertThat(requests.getFirst().authorization()).isEqualTo("Bearer hr_mine");
    assertThat(requests.getFirst().body()).isEqualTo(text(Files.readAllBytes(run)));
  }

  @Test
  void runThatStandsThereAlreadyIsFine() throws Exception {
    replies.add(new Reply(200, stored()));
    assertThat(uploader(Optional.of("k")).send(run))
        .isInstanceOfSatisfying(Stored.class, stored -> assertThat(stored.already()).isTrue());
  }

  @Test
  void acknowledgedRunIsNoLongerUnsentAndTheFileStays() throws Exception {
    replies.add(new Reply(201, stored()));
    assertThat(SentMarks.unsent(folder, site)).containsExactly(run);
    uploader(Optional.of("k")).send(run);
    assertThat(SentMarks.unsent(folder, site)).isEmpty();
    assertThat(SentMarks.unsent(folder, URI.create("http://elsewhere"))).containsExactly(run);
    assertThat(run).hasSameBinaryContentAs(GOLDEN);
  }

  @Test
  void agentWithoutKeyRegistersOnceAndKeepsTheKeyToItself() throws Exception {
    replies.add(new Reply(201, "{\"id\":\"a1\",\"name\":\"box\",\"key\":\"hr_new\"}"));
    replies.add(new Reply(201, stored()));
    replies.add(new Reply(200, stored()));
    RunUploader uploader = uploader(Optional.empty());
    uploader.send(run);
    uploader.send(run);
    assertThat(requests)
        .extracting(Request::path)
        .containsExactly("/api/v1/agents", "/api/v1/runs", "/api/v1/runs");
    assertThat(requests.getFirst().body()).contains("\"box\"");
    assertThat(requests.getLast().authorization()).isEqualTo("Bearer hr_new");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("config/keys.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void siteThatForgotTheAgentIsIntroducedAgain() throws Exception {
    keys.put(site, "hr_old");
    replies.add(new Reply(401, problem("unknown key")));
    replies.add(new Reply(201, "{\"id\":\"a2\",\"key\":\"hr_new\"}"));
    replies.add(new Reply(201, stored()));
    assertThat(uploader(Optional.empty()).send(run)).isInstanceOf(Stored.class);
    assertThat(keys.find(site)).contains("hr_new");
  }

  @Test
  void wrongKeyOfTheUserIsRefusedWithWhatToDo() throws Exception {
    replies.add(new Reply(401, problem("unknown key")));
    assertThat(uploader(Optional.of("wrong")).send(run))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(401);
              assertThat(refused.reason()).contains(site + "/agents");
            });
    assertThat(requests).hasSize(1);
  }

  @Test
  void faultsOfTheDocumentAreListedWithTheirPaths() throws Exception {
    replies.add(
        new Reply(
            422,
            """
            {"title":"Unprocessable","errors":[
              {"path":"/cells/0/forks/0/sampleNanos/2","message":"is 0; wanted above 0"},
              {"path":"/model/name","message":"is missing"}]}"""));
    assertThat(uploader(Optional.of("k")).send(run))
        .isEqualTo(
            new Refused(
                422,
                "the document has faults",
                List.of(
                    "/cells/0/forks/0/sampleNanos/2: is 0; wanted above 0",
                    "/model/name: is missing")));
    assertThat(SentMarks.unsent(folder, site)).containsExactly(run);
  }

  @Test
  void tooLargeIsRefused() throws Exception {
    replies.add(new Reply(413, "not json"));
    assertThat(uploader(Optional.of("k")).send(run))
        .isEqualTo(new Refused(413, "the file is larger than the site takes", List.of()));
  }

  @Test
  void otherContentUnderTheSameIdIsRefused() throws Exception {
    replies.add(new Reply(409, problem("conflict")));
    assertThat(uploader(Optional.of("k")).send(run))
        .isEqualTo(new Refused(409, "another run with the same id stands there", List.of()));
  }

  @Test
  void busySiteIsTriedAgain() throws Exception {
    replies.add(new Reply(503, ""));
    replies.add(new Reply(429, ""));
    replies.add(new Reply(201, stored()));
    assertThat(uploader(Optional.of("k")).send(run)).isInstanceOf(Stored.class);
    assertThat(requests).hasSize(3);
  }

  @Test
  void siteThatFailsThreeTimesIsUnreachable() throws Exception {
    for (int i = 0; i < 3; i++) {
      replies.add(new Reply(500, ""));
    }
    assertThat(uploader(Optional.of("k")).send(run))
        .isEqualTo(new Unreachable("the site answered 500", 3));
  }

  @Test
  void deadAddressIsUnreachable() throws Exception {
    server.stop(0);
    assertThat(uploader(Optional.of("k")).send(run))
        .isEqualTo(new Unreachable("nothing answers at that address", 3));
    assertThat(run).exists();
  }

  @Test
  void strangersPageIsNotMistakenForAnAcknowledgement() throws Exception {
    replies.add(new Reply(200, "<html>welcome</html>"));
    assertThat(uploader(Optional.of("k")).send(run))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).contains("is " + site + " a Headroom site?"));
    assertThat(SentMarks.unsent(folder, site)).containsExactly(run);
  }

  @Test
  void fileThatIsNoRunIsNotSent() throws Exception {
    Path other = folder.resolve("other.json");
    Files.writeString(other, "{\"hello\": 1}");
    assertThatThrownBy(() -> uploader(Optional.of("k")).send(other))
        .isInstanceOf(NotARunException.class);
    assertThat(requests).isEmpty();
  }

  @Test
  void brokenKeyFileIsNamed() throws Exception {
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/keys.json"), "oops");
    assertThatThrownBy(() -> uploader(Optional.empty()).send(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("keys.json is not a JSON object of site to key");
  }

  private RunUploader uploader(Optional<String> key) {
    return new RunUploader(site, key, keys, "box", Duration.ofMillis(1));
  }

  private String stored() {
    return "{\"id\":\"%s\",\"url\":\"%s/results/%s\"}".formatted(ID, site, ID);
  }

  private static String problem(String title) {
    return "{\"type\":\"about:blank\",\"title\":\"%s\"}".formatted(title);
  }

  /** Bytes one to one as characters, so that a difference of one byte shows. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    requests.add(
        new Request(
            exchange.getRequestURI().getPath(),
            authorization == null ? "" : authorization,
            text(body)));
    Reply reply = replies.removeFirst();
    byte[] text = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), text.length == 0 ? -1 : text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }
}
