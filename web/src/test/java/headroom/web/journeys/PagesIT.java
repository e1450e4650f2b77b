package headroom.web.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every kind of page, in light and dark, on a phone and on a desk: usable by everybody, without a
 * scroll bar below it, and light to load. Weights go to {@code target/page-weights.txt}, and with
 * {@code -Dheadroom.pictures=true} pictures of all to {@code target/screenshots}.
 */
class PagesIT extends Journey {
  private static final Path TARGET = Path.of("target");
  private static final boolean PICTURES = Boolean.getBoolean("headroom.pictures");
  private static final Path RUN = Path.of("..", "fit-model", "src/test/resources/run-v1.json");
  private static final String RUN_ID = "6f1d2c0e-9a51-4c5e-8d7b-2f0a4b9c3e11";
  private static final String UNTRUE_RUN_ID = "7a2e3d1f-0b62-4d6f-9e8c-3a1b5c0d4f22";

  /** WCAG 2.2 A and AA, and what axe holds good beyond it. */
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  /** What the dark changes: the same page, in the same order, by other colours. */
  private static final List<String> RULES_OF_COLOUR =
      List.of("color-contrast", "link-in-text-block");

  /** A phone on a slow line (1.6 Mbit/s) has this many bytes in under a second and a half. */
  private static final long HEAVIEST_PAGE_BYTES = 256 * 1024;

  private static final TreeMap<String, String> WEIGHTS = new TreeMap<>();
  private static boolean measured;

  @BeforeAll
  static void startTheListAnew() throws IOException {
    Files.createDirectories(TARGET);
    WEIGHTS.clear();
  }

  @AfterAll
  static void writeTheWeights() throws IOException {
    Files.write(TARGET.resolve("page-weights.txt"), WEIGHTS.values());
  }

  /**
   * One run that counts and one that cannot be true, so that result pages have something to show.
   */
  @BeforeEach
  void sendRuns() throws IOException, InterruptedException {
    if (measured) {
      return;
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      String agent = post(client, "/api/v1/agents", "", "{\"name\": \"desk\"}");
      String key = agent.replaceFirst("(?s).*\"(hr_[A-Za-z0-9]+)\".*", "$1");
      String run = Files.readString(RUN);
      post(client, "/api/v1/runs", key, run);
      // A hundredth of the file that its weights need.
      String untrue = run.replace("\"fileBytes\": 144745472", "\"fileBytes\": 1447454");
      post(client, "/api/v1/runs", key, untrue.replace(RUN_ID, UNTRUE_RUN_ID));
    }
    measured = true;
  }

  private String post(HttpClient client, String path, String key, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(siteUrl() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    return answer.body();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "home,                200, /",
    "papers,              200, /papers",
    "papers-found,        200, /papers?q=cache&topic=kv-cache&level=Advanced",
    "papers-none,         200, /papers?q=zzzzunheardof",
    "paper,               200, /papers/2402.02750",
    "topic,               200, /topics/kv-cache",
    "fit,                 200, /fit",
    "fit-knob,            200, /fit?knob=kivi&context=131072",
    "fit-offload,         200, /fit?model=llama-3.1-70b&device=nvidia-geforce-rtx-3090",
    "fit-two-cards,       200,"
        + " /fit?model=gpt-oss-120b&quant=MXFP4_MOE&device=nvidia-geforce-rtx-3090&device2=nvidia-geforce-rtx-3090&gpuLayers=auto&hostMemory=64GiB&hostBandwidth=80",
    "fit-far-too-large,   200, /fit?model=deepseek-v3&context=32768",
    "accuracy,            200, /accuracy",
    "accuracy-cases,      200, /accuracy?quantity=decode&tier=A&q=4090",
    "advise,              200, /advise?tps=20",
    "advise-model,        200, /advise?model=qwen3-32b&device=&tps=20",
    "advise-both,         200, /advise?model=qwen3-32b&device=nvidia-geforce-rtx-3090",
    "advise-wrong,        400, /advise?device=rtx-4091&tps=fast",
    "fit-wrong,           400, /fit?context=many&model=lama",
    "devices,             200, /devices",
    "devices-none,        200, /devices?memory=9999",
    "device,              200, /devices/nvidia-geforce-rtx-3090",
    "compare-none,        200, /compare",
    "compare,             200,"
        + " /compare?d=nvidia-geforce-rtx-4090&d=nvidia-geforce-rtx-3090&d=apple-m4-max-40c-128gb&d=amd-radeon-rx-7900-xtx",
    "models,              200, /models",
    "models-none,         200, /models?min=99999",
    "model,               200, /models/llama-3.1-8b",
    "results,             200, /results",
    "results-quarantined, 200, /results/quarantined",
    "result,              200, /results/" + RUN_ID,
    "result-quarantined,  200, /results/" + UNTRUE_RUN_ID,
    "leaderboard,         200, /leaderboard",
    "claims,              200, /claims",
    "agents,              200, /agents",
    "unknown-device,      404, /devices/nvidia-rtx-9999",
    "unknown-page,        404, /nowhere",
  })
  void everybodyCanUseThePage(String name, int status, String path) {
    Visitor visitor = visitor();
    assertThat(visitor.answer(path).status()).as(path).isEqualTo(status);
    Page page = visitor.page();
    page.waitForLoadState(LoadState.NETWORKIDLE);
    long bytes = visitor.transferred();
    WEIGHTS.put(
        name,
        "%-20s %7.1f kB in %d requests  %s"
            .formatted(name, bytes / 1000.0, visitor.requests(), path));
    SoftAssertions all = new SoftAssertions();
    for (Look look : Look.ALL) {
      look.on(page);
      String place = "%s (%s)".formatted(path, look);
      if (PICTURES) {
        page.screenshot(
            new Page.ScreenshotOptions()
                .setPath(TARGET.resolve("screenshots").resolve(name + "-" + look + ".png"))
                .setFullPage(true));
      }
      all.assertThat(violations(page, look)).as("axe on " + place).isEmpty();
      all.assertThat(overhang(page)).as("pixels that stick out of " + place).isZero();
    }
    // WCAG 2.2, 1.4.10: a window of 1280 pixels enlarged four times.
    new Look(320, false).on(page);
    all.assertThat(overhang(page)).as("pixels that stick out of %s at 320", path).isZero();
    all.assertThat(bytes).as("bytes of " + path).isLessThan(HEAVIEST_PAGE_BYTES);
    all.assertAll();
  }

  private static int overhang(Page page) {
    return (int) page.evaluate("document.scrollingElement.scrollWidth - innerWidth");
  }

  private static List<String> violations(Page page, Look look) {
    AxeBuilder axe = new AxeBuilder(page).setLegacyMode(true);
    AxeBuilder asked = look.dark() ? axe.withRules(RULES_OF_COLOUR) : axe.withTags(RULES);
    return asked.analyze().getViolations().stream().map(PagesIT::sentence).toList();
  }

  private static String sentence(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getHelp()
        + rule.getNodes().stream()
            .limit(3)
            .map(node -> "\n  " + node.getHtml() + "\n    " + node.getFailureSummary())
            .reduce("", String::concat)
            .replaceAll("\\n\\s*\\n", "\n");
  }
}
