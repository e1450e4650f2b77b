package headroom.agent.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The address of a site, from an option, the environment or the default. */
final class SiteAddress {
  static final String DEFAULT = "http://localhost:8080";

  private SiteAddress() {}

  /** The site without an end slash, so that paths can be appended. */
  static URI of(@Nullable String option) {
    String text =
        Optional.ofNullable(option)
            .or(() -> Optional.ofNullable(System.getenv("HEADROOM_SITE")))
            .map(String::strip)
            .filter(value -> !value.isEmpty())
            .orElse(DEFAULT);
    try {
      URI uri = new URI(text.replaceFirst("/+$", ""));
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below with everything else that is no address.
    }
    throw CommandFailure.badArgument(
        "site is '%s'; wanted an address such as %s".formatted(text, DEFAULT));
  }
}
