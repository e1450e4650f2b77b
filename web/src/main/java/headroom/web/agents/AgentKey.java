package headroom.web.agents;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The secret that an agent shows with each upload.
 *
 * @param text {@code hr_} and 40 random letters and digits (238 bits)
 */
record AgentKey(String text) {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LETTERS = 40;
  private static final int PREFIX = 8;
  private static final Pattern FORM = Pattern.compile("hr_[A-Za-z0-9]{" + RANDOM_LETTERS + "}");
  private static final SecureRandom RANDOM = new SecureRandom();

  static AgentKey random() {
    StringBuilder text = new StringBuilder("hr_");
    RANDOM
        .ints(RANDOM_LETTERS, 0, LETTERS.length())
        .forEach(letter -> text.append(LETTERS.charAt(letter)));
    return new AgentKey(text.toString());
  }

  /** Reads a key; empty where the text cannot be one. */
  static Optional<AgentKey> parse(String text) {
    String stripped = text.strip();
    return FORM.matcher(stripped).matches()
        ? Optional.of(new AgentKey(stripped))
        : Optional.empty();
  }

  /** SHA-256, 32 bytes; plain because a random key cannot be guessed. */
  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** The part that may be shown, for telling keys apart. */
  String prefix() {
    return text.substring(0, PREFIX);
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return prefix() + "…";
  }
}
