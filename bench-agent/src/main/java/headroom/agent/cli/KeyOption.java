package headroom.agent.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The key for a site, from the option or the environment. */
final class KeyOption {
  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Key for the site. Default: HEADROOM_KEY, else one that the agent registers by itself.")
  private @Nullable String key;

  Optional<String> value() {
    return Optional.ofNullable(key)
        .or(() -> Optional.ofNullable(System.getenv("HEADROOM_KEY")))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }
}
