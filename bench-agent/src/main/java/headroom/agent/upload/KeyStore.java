package headroom.agent.upload;

import headroom.agent.files.WholeFile;
import headroom.agent.json.RunJson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The keys this agent registered, one for each site, in a file that only its owner reads. */
public final class KeyStore {
  private final Path file;

  /**
   * @param file where the keys lie; need not exist yet
   */
  public KeyStore(Path file) {
    this.file = file;
  }

  /** The key for this site. */
  public Optional<String> find(URI site) throws IOException {
    return read().path(site.toString()).asStringOpt();
  }

  /** Remembers the key for this site. */
  public void put(URI site, String key) throws IOException {
    ObjectNode keys = read();
    keys.put(site.toString(), key);
    WholeFile.writePrivate(file, RunJson.mapper().writeValueAsBytes(keys));
  }

  /** Forgets the key for this site. */
  public void remove(URI site) throws IOException {
    ObjectNode keys = read();
    keys.remove(site.toString());
    WholeFile.writePrivate(file, RunJson.mapper().writeValueAsBytes(keys));
  }

  private ObjectNode read() throws IOException {
    try {
      JsonNode tree = RunJson.mapper().readTree(Files.readAllBytes(file));
      if (tree instanceof ObjectNode keys) {
        return keys;
      }
    } catch (NoSuchFileException e) {
      return RunJson.mapper().createObjectNode();
    } catch (JacksonException e) {
      // Told below: the text is for people who edited the file.
    }
    throw new IOException(
        "%s is not a JSON object of site to key; mend or delete it".formatted(file));
  }
}
