package headroom.web.journeys;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the one browser of a test run to who asks for a {@link Browser}; started when first asked.
 */
final class Chromium implements ParameterResolver {
  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** Nothing that a test machine lacks, and nothing that calls home. */
  private static final List<String> ARGUMENTS =
      List.of(
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage");

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Browser resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(Chromium.class))
        .computeIfAbsent(Running.class, key -> Running.start(), Running.class)
        .browser();
  }

  /** The store closes it after the last test. */
  private record Running(Playwright playwright, Browser browser) implements AutoCloseable {

    static Running start() {
      Path program = program();
      Playwright playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      return new Running(
          playwright,
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(program)
                      .setChromiumSandbox(false)
                      .setArgs(ARGUMENTS)));
    }

    @Override
    public void close() {
      playwright.close();
    }
  }

  private static Path program() {
    return Optional.ofNullable(System.getProperty("chromium"))
        .or(() -> Optional.ofNullable(System.getenv("CHROMIUM")))
        .map(Path::of)
        .or(Chromium::onThePath)
        .filter(Files::isExecutable)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "found no Chromium for the browser tests, neither at -Dchromium=FILE, nor at"
                        + " CHROMIUM in the environment, nor on the PATH as "
                        + String.join(", ", PROGRAMS)
                        + "; `./headroom test` installs it (Debian: apt-get install chromium)"));
  }

  private static Optional<Path> onThePath() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(folder -> PROGRAMS.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
