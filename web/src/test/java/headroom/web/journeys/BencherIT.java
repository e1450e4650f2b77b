package headroom.web.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bencher fetches the agent, measures, sends the run and finds it on the leaderboard. */
class BencherIT extends Journey {
  private static final Path TINY_MODEL =
      Path.of("..", "inference-core", "src/test/resources/golden/llama256-q8_0.gguf");
  private static final long PATIENCE_SECONDS = 180;

  @TempDir private Path home;

  /** What a command of the agent said. */
  private record Said(int code, String out, String err) {}

  @BeforeAll
  static void theAgentIsBuilt() {
    assertThat(AGENT_JAR)
        .as("the agent; build it with `mvn -pl bench-agent -am package`")
        .isRegularFile();
  }

  @Test
  void oneRunGoesFromTheAgentToTheLeaderboardUntilItsKeyIsRevoked() throws Exception {
    Visitor bencher = visitor();
    Page page = bencher.open("/agents");
    field(page, "Name of the machine or runner").fill("quiet desk");
    button(page, "Make a key").click();
    assertThat(page.locator(".notice.ok")).containsText("The key of quiet desk");
    String key = page.locator("#new-key").innerText();
    Path jar = home.resolve("headroom-agent.jar");
    Download download = page.waitForDownload(() -> link(page, "Download the agent").click());
    download.saveAs(jar);
    assertThat(jar).hasSameBinaryContentAs(AGENT_JAR);

    Path run = home.resolve("run.json");
    Said bench =
        agent(
            jar,
            "bench",
            "--model",
            TINY_MODEL.toAbsolutePath().toString(),
            "--tests",
            "pp8,tg16",
            "--forks",
            "1",
            "--limit",
            "3",
            "--out",
            run.toString(),
            "--upload",
            siteUrl(),
            "--key",
            key);
    assertThat(bench.code()).as(bench.toString()).isZero();
    Matcher uploaded = Pattern.compile("uploaded: (\\S+)").matcher(bench.out());
    assertThat(uploaded.find()).as(bench.out()).isTrue();

    bencher.open(URI.create(uploaded.group(1)).getPath());
    assertThat(page.locator("main")).containsText("quiet desk");
    assertThat(page.locator("main .notice.bad")).hasCount(0);
    assertThat(
            page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Tests"))
                .locator("tbody tr"))
        .hasCount(2);
    String processor = page.locator("h1").innerText().replaceFirst(".* on ", "");
    link(page, "Leaderboard of this model").click();
    Locator row =
        page.locator("table tbody tr").filter(new Locator.FilterOptions().setHasText("quiet desk"));
    assertThat(row).hasCount(1);
    assertThat(row).containsText("tok/s");
    row.getByRole(AriaRole.LINK).click();
    assertThat(page.locator("h1")).containsText(processor);

    Said again = agent(jar, "upload", run.toString(), "--site", siteUrl(), "--key", key);
    assertThat(again.code()).as(again.toString()).isZero();

    bencher.open("/agents");
    field(page, "Key to revoke").fill(key);
    button(page, "Revoke this key").click();
    assertThat(page.locator(".notice.ok")).containsText("The key of quiet desk is revoked");
    assertRefused(jar, copy(run), key);
    assertRefused(jar, copy(run), "hr_" + "A".repeat(40));
    bencher.open(URI.create(uploaded.group(1)).getPath());
  }

  private Path copy(Path run) throws IOException {
    return Files.copy(
        run, Files.createTempFile(home, "run", ".json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertRefused(Path jar, Path run, String key) throws Exception {
    Said refused = agent(jar, "upload", run.toString(), "--site", siteUrl(), "--key", key);
    assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
    assertThat(refused.err())
        .contains("(401): the key is not valid here; make one at " + siteUrl() + "/agents")
        .doesNotContain("Exception");
  }

  /** Runs the agent as its user does, with a home of its own. */
  private Said agent(Path jar, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    Path out = home.resolve("out.txt");
    Path err = home.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    for (String folder : List.of("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")) {
      builder.environment().put(folder, home.resolve(folder).toString());
    }
    for (String setting :
        List.of("HEADROOM_CACHE", "HEADROOM_KEY", "HEADROOM_SITE", "JAVA_TOOL_OPTIONS")) {
      builder.environment().remove(setting);
    }
    Process process = builder.start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    Said said =
        new Said(
            ended ? process.exitValue() : -1,
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(err, StandardCharsets.UTF_8));
    assertThat(ended).as("ended within %d s; it said %s", PATIENCE_SECONDS, said).isTrue();
    return said;
  }
}
