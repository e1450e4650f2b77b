package headroom.web.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

class RunsApiTest extends Uploads {
  @Test
  void theGoldenRunIsStoredAndComesBackByteForByte() {
    String key = newKey("golden");
    MvcTestResult answer = send(key, GoldenRun.bytes());

    assertThat(answer).hasStatus(201);
    assertThat(json(answer).get("id").stringValue()).isEqualTo(GoldenRun.ID);
    assertThat(json(answer).get("url").stringValue())
        .isEqualTo("http://localhost/results/" + GoldenRun.ID);
    MvcTestResult back = get("/api/v1/runs/" + GoldenRun.ID);
    assertThat(back).hasStatusOk().hasContentType("application/json");
    assertThat(back.getResponse().getContentAsByteArray()).isEqualTo(GoldenRun.bytes());
    assertThat(back.getResponse().getHeader("Headroom-State")).isEqualTo("accepted");
  }

  @Test
  void theServerComputesTheRatesFromTheSamples() {
    UUID id = sendGolden(newKey("computed"));
    var rate =
        jdbc.sql("select median_rate from cells where run_id = :id and test = 'tg128'")
            .param("id", id)
            .query(Double.class)
            .single();
    // Medians of the two processes by hand: 475206497 and 482316470 ns for 128 tokens; the middle
    // of seven is the fourth.
    double first = 128 / 0.475206497;
    double second = 128 / 0.480411561;
    assertThat(rate).isCloseTo((first + second) / 2, org.assertj.core.data.Offset.offset(1e-6));
  }

  @Test
  void theSameBytesTwiceAreOneRun() {
    String key = newKey("twice");
    UUID id = UUID.randomUUID();
    assertThat(send(key, GoldenRun.withId(id))).hasStatus(201);
    MvcTestResult again = send(key, GoldenRun.withId(id));
    assertThat(again).hasStatus(200);
    assertThat(json(again).get("id").stringValue()).isEqualTo(id.toString());
    assertThat(stored(id)).isEqualTo(1);
  }

  @Test
  void oneIdWithOtherContentIsAConflict() {
    String key = newKey("conflict");
    UUID id = sendGolden(key);
    MvcTestResult other = send(key, GoldenRun.withId(id) + "\n");
    assertThat(other).hasStatus(409).hasContentType("application/problem+json");
    assertThat(json(other).get("detail").stringValue()).contains(id.toString()).contains("new id");
    assertThat(get("/api/v1/runs/" + id).getResponse().getContentAsByteArray())
        .isEqualTo(GoldenRun.withId(id).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void theSameRunSentByManyAtOnceIsOneRun() throws Exception {
    String key = newKey("crowd");
    for (int round = 0; round < 5; round++) {
      UUID id = UUID.randomUUID();
      String document = GoldenRun.withId(id);
      int senders = 4;
      CyclicBarrier together = new CyclicBarrier(senders);
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int s = 0; s < senders; s++) {
        tasks.add(
            () -> {
              together.await();
              return send(key, document).getResponse().getStatus();
            });
      }
      List<Integer> statuses = new ArrayList<>();
      try (var threads = Executors.newFixedThreadPool(senders)) {
        for (var answer : threads.invokeAll(tasks)) {
          statuses.add(answer.get());
        }
      }
      assertThat(statuses).containsOnlyOnce(201).containsOnly(200, 201);
      assertThat(stored(id)).isEqualTo(1);
      assertThat(cells(id)).isEqualTo(3);
    }
  }

  @Test
  void withoutAKeyNothingIsStored() {
    UUID id = UUID.randomUUID();
    MvcTestResult none = site.post().uri("/api/v1/runs").content(GoldenRun.withId(id)).exchange();
    assertThat(none).hasStatus(401).hasContentType("application/problem+json");
    assertThat(none.getResponse().getHeader("WWW-Authenticate")).startsWith("Bearer");
    assertThat(json(none).get("detail").stringValue()).contains("Authorization: Bearer");
    assertThat(send("hr_" + "x".repeat(40), GoldenRun.withId(id))).hasStatus(401);
    assertThat(send("nonsense", GoldenRun.withId(id))).hasStatus(401);
    assertThat(stored(id)).isZero();
  }

  @Test
  void faultsAreListedWithTheirPathsAndNothingIsStored() {
    UUID id = UUID.randomUUID();
    String document = GoldenRun.replaced(GoldenRun.withId(id), "558046745", "-1");
    document = GoldenRun.replaced(document, "\"cells\"", "\"score\": 1, \"cells\"");
    MvcTestResult answer = send(newKey("faults"), document);

    assertThat(answer).hasStatus(422).hasContentType("application/problem+json");
    List<String> paths = new ArrayList<>();
    for (JsonNode error : json(answer).get("errors")) {
      paths.add(error.get("path").stringValue());
      assertThat(error.get("message").stringValue()).contains("wanted");
    }
    assertThat(paths).containsExactlyInAnyOrder("/score", "/cells/0/forks/0/sampleNanos/0");
    assertThat(stored(id)).isZero();
  }

  @Test
  void whatIsNotJsonIsABadRequest() {
    MvcTestResult answer = send(newKey("malformed"), "{\"version\": 1,");
    assertThat(answer).hasStatus(400).hasContentType("application/problem+json");
    assertThat(json(answer).get("detail").stringValue()).contains("line 1");
  }

  @Test
  void aDocumentOverOneMebibyteIsTooLarge() {
    UUID id = UUID.randomUUID();
    String document = GoldenRun.withId(id);
    String key = newKey("large");
    String largest = document + " ".repeat(RunsApi.LONGEST_DOCUMENT - document.length());
    MvcTestResult tooLarge = send(key, largest + " ");
    assertThat(tooLarge).hasStatus(413).hasContentType("application/problem+json");
    assertThat(stored(id)).isZero();
    assertThat(send(key, largest)).hasStatus(201);
  }

  @Test
  void anImpossibleRunIsKeptInQuarantine() {
    UUID id =
        sendGolden(
            newKey("impossible"), "\"parameters\": 134515008", "\"parameters\": 9345150080000");
    assertThat(get("/api/v1/runs/" + id).getResponse().getHeader("Headroom-State"))
        .isEqualTo("quarantined");
    assertThat(body(get("/api/v1/runs?state=quarantined"))).contains(id.toString());
    assertThat(body(get("/api/v1/runs"))).doesNotContain(id.toString());
  }

  @Test
  void theListNarrowsByEachFilter() {
    UUID id =
        sendGolden(
            newKey("filters"),
            "AMD Ryzen 9 7950X 16-Core Processor",
            "Filter CPU 1",
            "\"engine\": \"headroom\"",
            "\"engine\": \"filterengine\"",
            "\"format\": \"Q8_0\"",
            "\"format\": \"Q9_FILTER\"",
            "smollm2-135m",
            "filter-model",
            "tg128@d4096",
            "tg128@d4097");
    for (String query :
        List.of(
            "cpu=filter cpu",
            "engine=filtereng",
            "format=q9_filter",
            "model=FILTER-MODEL",
            "test=tg128@d4097")) {
      String[] pair = query.split("=");
      JsonNode list = json(list(pair[0], pair[1]));
      assertThat(list.get("total").intValue()).as(query).isEqualTo(1);
      assertThat(list.get("runs").get(0).get("id").stringValue()).isEqualTo(id.toString());
      assertThat(list.get("runs").get(0).get("cells")).hasSize(3);
    }
    assertThat(json(list("cpu", "no such processor")).get("total").intValue()).isZero();
  }

  @Test
  void anUnknownRunIsNotFoundAndAWrongPageIsABadRequest() {
    assertThat(get("/api/v1/runs/" + UUID.randomUUID())).hasStatus(404);
    assertThat(get("/api/v1/runs/abc")).hasStatus(404).hasContentType("application/problem+json");
    MvcTestResult wrong = get("/api/v1/runs?page=none");
    assertThat(wrong).hasStatus(400);
    assertThat(json(wrong).get("detail").stringValue()).contains("page").contains("none");
    assertThat(get("/api/v1/runs?state=lost")).hasStatus(400);
  }

  private MvcTestResult list(String name, String value) {
    return site.get().uri("/api/v1/runs").param(name, value).exchange();
  }

  private long cells(UUID id) {
    return jdbc.sql("select count(*) from cells where run_id = :id")
        .param("id", id)
        .query(Long.class)
        .single();
  }
}
