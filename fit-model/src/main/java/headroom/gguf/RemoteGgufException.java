package headroom.gguf;

import java.io.IOException;
import java.net.URI;

/** A header that cannot be fetched: where, what was found, what was wanted. */
public final class RemoteGgufException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param uri what was asked for; its query is left out of the message, it may hold a signature
   * @param reason what was found there and what was wanted
   */
  public RemoteGgufException(URI uri, String reason) {
    super("%s: %s".formatted(show(uri), reason));
  }

  RemoteGgufException(URI uri, String reason, Throwable cause) {
    this(uri, reason);
    initCause(cause);
  }

  /** The address without its query. */
  static String show(URI uri) {
    if (uri.isOpaque() || uri.getHost() == null) {
      return uri.toString();
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }
}
