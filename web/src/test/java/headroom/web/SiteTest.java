package headroom.web;

import headroom.web.database.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.FileSystemUtils;

/** The whole site on a real PostgreSQL that starts once per JVM, empty but for the migrations. */
@SpringBootTest
@AutoConfigureMockMvc
public abstract class SiteTest {
  private static final EmbeddedPostgres POSTGRES = startPostgres();

  @Autowired protected MockMvcTester site;

  @DynamicPropertySource
  static void useTheSharedDatabase(DynamicPropertyRegistry properties) {
    properties.add("spring.datasource.url", POSTGRES::jdbcUrl);
    properties.add("spring.datasource.username", POSTGRES::username);
    properties.add("spring.datasource.password", POSTGRES::password);
  }

  private static EmbeddedPostgres startPostgres() {
    Path folder = Path.of("target", "site-test");
    try {
      // A new cluster, but not a new unpacking of the programs.
      FileSystemUtils.deleteRecursively(folder.resolve("cluster"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return EmbeddedPostgres.start(folder);
  }

  /** The answer to a GET, as a browser would ask; {@code uri} is encoded, a space is %20. */
  protected MvcTestResult get(String uri) {
    return site.get().uri(URI.create(uri)).header("Accept", "text/html,*/*;q=0.8").exchange();
  }

  /** The text of the answer to a GET. */
  protected String page(String uri) {
    return body(get(uri));
  }

  /** The text of an answer. */
  protected static String body(MvcTestResult answer) {
    return new String(
        answer.getResponse().getContentAsByteArray(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
