package headroom.web.results;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that tells whether two documents are the same bytes. */
final class Sha256 {
  private Sha256() {}

  /** 32 bytes. */
  static byte[] of(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
