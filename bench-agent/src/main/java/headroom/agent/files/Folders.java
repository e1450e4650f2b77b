package headroom.agent.files;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the agent keeps its files, by the <a
 * href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG base directories</a>.
 *
 * @param cache models made here and logs: may be deleted at any time
 * @param data run documents
 * @param config keys
 */
public record Folders(Path cache, Path data, Path config) {

  /** The folders of this user; {@code HEADROOM_CACHE} moves the cache. */
  public static Folders ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /** The folders by these environment variables; relative XDG paths are ignored, as it asks. */
  public static Folders of(Map<String, String> environment, Path home) {
    String cache = environment.getOrDefault("HEADROOM_CACHE", "");
    return new Folders(
        cache.isBlank()
            ? xdg(environment, "XDG_CACHE_HOME", home.resolve(".cache"))
            : Path.of(cache).toAbsolutePath(),
        xdg(environment, "XDG_DATA_HOME", home.resolve(".local").resolve("share")),
        xdg(environment, "XDG_CONFIG_HOME", home.resolve(".config")));
  }

  /** Run documents, sent or not. */
  public Path runs() {
    return data.resolve("runs");
  }

  /** Models that were synthesised for measuring. */
  public Path models() {
    return cache.resolve("models");
  }

  /** Logs of unexpected failures. */
  public Path logs() {
    return cache.resolve("logs");
  }

  /** Keys this agent registered, one for each site. */
  public Path keys() {
    return config.resolve("keys.json");
  }

  private static Path xdg(Map<String, String> environment, String name, Path otherwise) {
    String value = environment.getOrDefault(name, "");
    Path base = value.isBlank() || !Path.of(value).isAbsolute() ? otherwise : Path.of(value);
    return base.resolve("headroom");
  }
}
