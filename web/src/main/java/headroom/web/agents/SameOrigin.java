package headroom.web.agents;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;

/**
 * Tells whether a form came from a page of this site. Browsers say where a post comes from, in
 * {@code Sec-Fetch-Site} (W3C Fetch Metadata) or {@code Origin}; no page can forge either. The site
 * has no sessions, so this check takes the place of a token. A client that sends neither header is
 * no browser, and carries nobody's rights.
 */
final class SameOrigin {
  private SameOrigin() {}

  static boolean holds(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = request.getHeader("Origin");
    if (origin == null) {
      return true;
    }
    try {
      String authority = URI.create(origin).getAuthority();
      String host = request.getHeader("Host");
      return authority != null
          && host != null
          && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException notAnOrigin) {
      return false;
    }
  }
}
