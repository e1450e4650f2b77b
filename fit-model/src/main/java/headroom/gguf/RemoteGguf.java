package headroom.gguf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Reads the header of a GGUF file over HTTP, fetching little more than the header. */
public final class RemoteGguf {
  private RemoteGguf() {}

  /**
   * Which addresses may be asked. Checked before every request, so after every redirect too, and
   * once more after the answer: a name that changed its address in between gets nothing read.
   */
  @FunctionalInterface
  public interface Policy {
    /** Every http and https address: for people at their own machine. */
    Policy ALLOW_ALL = uri -> {};

    /**
     * Only hosts whose every address is on the public internet, at the usual ports: for a server
     * that fetches what strangers name.
     */
    Policy PUBLIC_ONLY = RemoteGguf::requirePublic;

    /** Passes, or says why this address may not be asked. */
    void check(URI uri) throws RemoteGgufException;
  }

  /**
   * The header of the file at this address.
   *
   * @param uri http or https; redirects are followed
   * @throws RemoteGgufException where the server cannot be asked or answers something else
   * @throws GgufFormatException where the file is not a sound GGUF file
   */
  public static GgufHeader read(URI uri, Policy policy) throws IOException {
    return read(uri, policy, GgufReader.DEFAULT_METADATA_BUDGET);
  }

  /**
   * The header of the file at this address.
   *
   * @param metadataBudget bytes of heap that metadata may take, by estimate
   */
  public static GgufHeader read(URI uri, Policy policy, long metadataBudget) throws IOException {
    try (HttpSource source = HttpSource.open(uri, policy)) {
      return GgufReader.read(source, metadataBudget);
    }
  }

  private static void requirePublic(URI uri) throws RemoteGgufException {
    int port = uri.getPort();
    if (port != -1 && port != 80 && port != 443) {
      throw new RemoteGgufException(uri, "found port %d; wanted 80 or 443".formatted(port));
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        if (!PublicAddress.isPublic(address)) {
          throw new RemoteGgufException(
              uri, "found an address that is not public; wanted a file on the public internet");
        }
      }
    } catch (UnknownHostException e) {
      throw new RemoteGgufException(uri, "found no such host; wanted a name that resolves", e);
    }
  }
}
