package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteGgufTest {
  /** A header of 3 MB, so of more than one window, with 16 MB of tensor data behind it. */
  private static final byte[] FILE = file();

  private final List<String> ranges = new ArrayList<>();
  private HttpServer server;
  private URI root;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    root = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    server.createContext("/ranges", exchange -> serveRange(exchange, FILE.length));
    server.createContext("/whole", exchange -> send(exchange, 200, 0, FILE.length));
    server.createContext("/wrong", exchange -> serveRange(exchange, FILE.length, 5));
    server.createContext("/hop", exchange -> redirect(exchange, "/ranges?signature=secret"));
    server.createContext("/loop", exchange -> redirect(exchange, "/loop"));
    server.createContext("/elsewhere", exchange -> redirect(exchange, "http://localhost:1/x"));
    server.createContext("/ftp", exchange -> redirect(exchange, "ftp://example.org/x"));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void readsTheHeaderThroughRangesAndLittleElse() throws IOException {
    GgufHeader header = RemoteGguf.read(root.resolve("ranges"), RemoteGguf.Policy.ALLOW_ALL);
    assertThat(header.tensors()).hasSize(1);
    assertThat(header.fileBytes()).isEqualTo(FILE.length);
    assertThat(ranges).containsExactly("bytes=0-1048575", "bytes=1048576-3145727");
  }

  @Test
  void readsFromAServerThatIgnoresRanges() throws IOException {
    GgufHeader header = RemoteGguf.read(root.resolve("whole"), RemoteGguf.Policy.ALLOW_ALL);
    assertThat(header.fileBytes()).isEqualTo(FILE.length);
    assertThat(header.metadata().keys()).hasSize(3);
  }

  @Test
  void followsRedirectsAndRemembersTheirEnd() throws IOException {
    GgufHeader header = RemoteGguf.read(root.resolve("hop"), RemoteGguf.Policy.ALLOW_ALL);
    assertThat(header.source()).isEqualTo(root.resolve("hop").toString());
    assertThat(ranges).hasSize(2);
  }

  @Test
  void answersThatAreNotTheFileAreNamed() {
    assertFault("wrong", "found Content-Range 'bytes 5-1048580/");
    assertFault("loop", "found more than 5 redirects; wanted the file");
    assertFault("missing", "found status 404, no such file");
    assertFault("ftp", "found scheme 'ftp'; wanted http or https");
    assertThatThrownBy(
            () -> RemoteGguf.read(URI.create("file:/etc/passwd"), RemoteGguf.Policy.ALLOW_ALL))
        .hasMessageContaining("found scheme 'file'; wanted http or https");
    assertThatThrownBy(
            () -> RemoteGguf.read(URI.create("http://a@b/c"), RemoteGguf.Policy.ALLOW_ALL))
        .hasMessageContaining("found a user name in the address");
  }

  @Test
  void faultsKeepSignaturesToThemselves() {
    URI uri = root.resolve("missing?signature=secret");
    assertThatThrownBy(() -> RemoteGguf.read(uri, RemoteGguf.Policy.ALLOW_ALL))
        .isInstanceOf(RemoteGgufException.class)
        .hasMessageStartingWith(root + "missing: found")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aServerMayOnlyAskPublicAddresses() {
    for (String address :
        List.of(
            "http://127.0.0.1/x",
            "http://localhost/x",
            "http://[::1]/x",
            "http://[::ffff:10.0.0.1]/x",
            "http://169.254.169.254/latest/meta-data",
            "http://0.0.0.0/x",
            "http://2130706433/x")) {
      assertThatThrownBy(() -> RemoteGguf.read(URI.create(address), RemoteGguf.Policy.PUBLIC_ONLY))
          .as(address)
          .isInstanceOf(RemoteGgufException.class)
          .hasMessageContaining("; wanted a");
    }
    assertThatThrownBy(() -> RemoteGguf.read(root, RemoteGguf.Policy.PUBLIC_ONLY))
        .hasMessageContaining("wanted 80 or 443");
    assertThat(ranges).isEmpty();
  }

  @Test
  void theTargetOfARedirectIsCheckedToo() {
    RemoteGguf.Policy onlyThisServer =
        uri -> {
          if (uri.getPort() != root.getPort()) {
            throw new RemoteGgufException(uri, "found a forbidden port; wanted this server's");
          }
        };
    assertThatThrownBy(() -> RemoteGguf.read(root.resolve("elsewhere"), onlyThisServer))
        .hasMessage("http://localhost:1/x: found a forbidden port; wanted this server's");
  }

  @Test
  void aFileThatChangesUnderwayIsNoticed() {
    server.createContext(
        "/changing", exchange -> serveRange(exchange, FILE.length + ranges.size() + 1));
    assertFault("changing", "found another file than a moment ago");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.2", "169.254.1.1", "100.64.0.1",
            "0.1.2.3",
        "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "fc00::1", "fe80::1", "::",
        "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "2001:db8::1", "ff02::1"
      })
  void specialAddressesAreNotPublic(String address) throws IOException {
    assertThat(PublicAddress.isPublic(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"})
  void ordinaryAddressesArePublic(String address) throws IOException {
    assertThat(PublicAddress.isPublic(InetAddress.ofLiteral(address))).isTrue();
  }

  private void assertFault(String path, String message) {
    assertThatThrownBy(() -> RemoteGguf.read(root.resolve(path), RemoteGguf.Policy.ALLOW_ALL))
        .isInstanceOf(RemoteGgufException.class)
        .hasMessageContaining(message);
  }

  private void serveRange(HttpExchange exchange, long total) throws IOException {
    serveRange(exchange, total, 0);
  }

  private void serveRange(HttpExchange exchange, long total, int shift) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range);
    String[] ends = range.substring("bytes=".length()).split("-", 2);
    int first = Integer.parseInt(ends[0]) + shift;
    int last = Math.min(Integer.parseInt(ends[1]) + shift, FILE.length - 1);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(first, last, total));
    send(exchange, 206, first, last - first + 1);
  }

  private static void send(HttpExchange exchange, int status, int from, int length)
      throws IOException {
    exchange.sendResponseHeaders(status, length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(FILE, from, length);
    }
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private static byte[] file() {
    GgufBytes bytes = GgufBytes.header(1, 3).stringPair("general.architecture", "llama");
    bytes.stringPair("first", "x".repeat(1_500_000)).stringPair("second", "y".repeat(1_500_000));
    return bytes.tensor("token_embd.weight", 1 << 12, 1 << 10, 0, 0).data(1 << 24).bytes();
  }
}
