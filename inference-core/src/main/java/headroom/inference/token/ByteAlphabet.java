package headroom.inference.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The printable characters that stand for the 256 bytes in byte-level vocabularies: {@code
 * bytes_to_unicode} of <a
 * href="https://github.com/openai/gpt-2/blob/9b63575e/src/encoder.py">GPT-2</a>.
 */
public final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];

  /** Byte by character; every character of the alphabet is below this length. */
  private static final short[] BYTES = new short[0x144];

  static {
    java.util.Arrays.fill(BYTES, (short) -1);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      CHARACTERS[b] = printable ? (char) b : next++;
      BYTES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character that stands for a byte, 0 to 255. */
  public static char characterOf(int value) {
    return CHARACTERS[value];
  }

  /** Every byte as its character. */
  static String spell(byte[] bytes) {
    char[] characters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      characters[i] = CHARACTERS[bytes[i] & 0xFF];
    }
    return new String(characters);
  }

  /** The bytes that a spelling stands for; characters outside the alphabet stand for themselves. */
  static byte[] read(String spelling) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(spelling.length());
    spelling
        .codePoints()
        .forEach(
            c -> {
              if (c < BYTES.length && BYTES[c] >= 0) {
                bytes.write(BYTES[c]);
              } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }
}
