package headroom.web.agents;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/**
 * The bench agent that the site hands out: the file of the property {@code headroom.agent-jar},
 * else the one that the build packed into the site.
 */
@Component
class AgentJar {
  private static final String PACKED = "agent/headroom-agent.jar";

  private final String configured;
  private @Nullable Tagged tagged;

  /** The hash of the jar as it was at one time. */
  private record Tagged(long modified, long length, String tag) {}

  AgentJar(@Value("${headroom.agent-jar:}") String configured) {
    this.configured = configured;
  }

  /** The jar; empty where this site was built without one. */
  Optional<Resource> resource() {
    Resource jar =
        configured.isBlank()
            ? new ClassPathResource(PACKED)
            : new FileSystemResource(configured.strip());
    return jar.isReadable() ? Optional.of(jar) : Optional.empty();
  }

  /** Its hash, for telling versions apart; computed again when the file changed. */
  synchronized String tag(Resource jar) throws IOException {
    long modified = jar.lastModified();
    long length = jar.contentLength();
    Tagged known = tagged;
    if (known == null || known.modified() != modified || known.length() != length) {
      known = new Tagged(modified, length, hash(jar));
      tagged = known;
    }
    return known.tag();
  }

  private static String hash(Resource jar) throws IOException {
    try (var in =
        new DigestInputStream(jar.getInputStream(), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
