package headroom.agent.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Which build of the engine this is: the hash of the jar that it runs from. */
public final class EngineBuild {
  private EngineBuild() {}

  /**
   * For example {@code 0.1.0+3f9ac21b07de}; the version alone where the classes lie in no jar.
   *
   * @param version of this program
   */
  public static String of(String version) {
    var source = EngineBuild.class.getProtectionDomain().getCodeSource();
    try {
      if (source != null && source.getLocation() != null) {
        Path jar = Path.of(source.getLocation().toURI());
        if (Files.isRegularFile(jar)) {
          byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
          return version + "+" + HexFormat.of().formatHex(hash).substring(0, 12);
        }
      }
    } catch (IOException | URISyntaxException | NoSuchAlgorithmException e) {
      // The version alone is still true.
    }
    return version;
  }
}
