package headroom.web.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The run document that the agent's tests read too: the contract between the two. */
final class GoldenRun {
  static final Path FILE = Path.of("../fit-model/src/test/resources/run-v1.json");
  static final String ID = "6f1d2c0e-9a51-4c5e-8d7b-2f0a4b9c3e11";

  private GoldenRun() {}

  static String text() {
    try {
      return Files.readString(FILE);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /** The golden document with another id. */
  static String withId(UUID id) {
    return with(ID, id.toString());
  }

  /** The golden document with one piece of text replaced, which must be there. */
  static String with(String found, String replacement) {
    return replaced(text(), found, replacement);
  }

  static String replaced(String text, String found, String replacement) {
    if (!text.contains(found)) {
      throw new IllegalArgumentException("the golden run has no " + found);
    }
    return text.replace(found, replacement);
  }
}
