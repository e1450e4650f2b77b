package headroom.inference.token;

import java.nio.charset.StandardCharsets;

/** Texts at the border between UTF-16 and UTF-8. */
final class Text {
  private Text() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The text with U+FFFD for every surrogate that has no partner. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        int[] fixed =
            text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .toArray();
        return new String(fixed, 0, fixed.length);
      }
    }
    return text;
  }
}
