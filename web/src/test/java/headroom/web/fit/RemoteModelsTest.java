package headroom.web.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import headroom.gguf.RemoteGguf;
import headroom.web.fit.RemoteModels.UnreadableModelException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteModelsTest {
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private byte[] file = new byte[0];

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, file.length);
          try (var out = exchange.getResponseBody()) {
            out.write(file);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/model.gguf";
  }

  @Test
  void theFactsComeFromTheHeaderAndAreFetchedOnce() throws Exception {
    file = TinyModel.bytes();
    RemoteModels models = new RemoteModels(RemoteGguf.Policy.ALLOW_ALL);

    Subject subject = models.read(address());
    Subject again = models.read(address());

    assertThat(subject.spec().layers()).hasSize(1);
    assertThat(subject.spec().architecture()).isEqualTo("llama");
    assertThat(subject.stored()).isPresent();
    assertThat(again).isSameAs(subject);
    assertThat(requests).hasValue(1);
  }

  @Test
  void aFileThatIsNoGgufFileIsSaidToBeNone() {
    file = "<!doctype html> Not found, but with status 200".getBytes(StandardCharsets.UTF_8);
    RemoteModels models = new RemoteModels(RemoteGguf.Policy.ALLOW_ALL);

    assertThatThrownBy(() -> models.read(address()))
        .isInstanceOf(UnreadableModelException.class)
        .hasMessageContaining("/model.gguf")
        .hasMessageContaining("wanted");
  }

  @Test
  void anAddressInsideTheNetworkIsNotAsked() {
    assertThatThrownBy(() -> new RemoteModels().read("http://127.0.0.1/model.gguf"))
        .isInstanceOf(UnreadableModelException.class)
        .hasMessageContaining("not public");
    assertThat(requests).hasValue(0);
  }

  @Test
  void whatIsNoAddressIsSaidToBeNone() {
    for (String address :
        new String[] {"model.gguf", "http://", "ht tp://x/y", "file:///etc/hosts"}) {
      assertThatThrownBy(() -> new RemoteModels().read(address))
          .as(address)
          .isInstanceOf(UnreadableModelException.class)
          .hasMessageContaining("‘" + address + "’ is no address");
    }
  }
}
