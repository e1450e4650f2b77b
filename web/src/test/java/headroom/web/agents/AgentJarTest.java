package headroom.web.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

class AgentJarTest {
  private static final String PATH = AgentJarController.PATH;

  @TempDir private Path folder;
  private Path file;
  private MockMvcTester site;

  @BeforeEach
  void offer() {
    file = folder.resolve("headroom-agent.jar");
    site = MockMvcTester.of(new AgentJarController(new AgentJar(file.toString())));
  }

  @Test
  void theJarComesWithItsLengthAndItsHash() throws IOException {
    Files.write(file, "jar".getBytes(StandardCharsets.UTF_8));
    var answer = site.get().uri(PATH).exchange();
    assertThat(answer).hasStatusOk().hasContentType("application/java-archive");
    assertThat(answer.getResponse().getContentAsString()).isEqualTo("jar");
    assertThat(answer.getResponse().getHeader("Content-Length")).isEqualTo("3");
    String tag = String.valueOf(answer.getResponse().getHeader("ETag"));
    assertThat(tag).matches("\"[0-9a-f]{64}\"");
    assertThat(site.get().uri(PATH).header("If-None-Match", tag)).hasStatus(304);
  }

  @Test
  void aNewJarHasANewHash() throws IOException {
    Files.writeString(file, "one");
    String before = site.get().uri(PATH).exchange().getResponse().getHeader("ETag");
    Files.writeString(file, "three");
    assertThat(site.get().uri(PATH).exchange().getResponse().getHeader("ETag"))
        .isNotEqualTo(before);
  }

  @Test
  void withoutAJarThereIsNoneToOffer() throws IOException {
    assertThat(new AgentJar(file.toString()).resource()).isEmpty();
    Object answer = new AgentJarController(new AgentJar(file.toString())).download();
    assertThat(answer).isNotInstanceOf(ResponseEntity.class);
  }
}
