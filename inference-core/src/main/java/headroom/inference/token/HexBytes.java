package headroom.inference.token;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The spelling of byte tokens in SentencePiece vocabularies: {@code <0x0A>}. */
final class HexBytes {
  private static final Pattern SPELLING = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

  private HexBytes() {}

  /** The spelling of a byte, 0 to 255. */
  static String spelling(int value) {
    return "<0x" + HexFormat.of().withUpperCase().toHexDigits((byte) value) + ">";
  }

  /**
   * The byte that a token of kind BYTE stands for.
   *
   * @throws VocabularyException where it is not spelled like one
   */
  static byte value(String source, int token, String text) {
    Matcher matcher = SPELLING.matcher(text);
    if (!matcher.matches()) {
      throw new VocabularyException(
          source,
          "token %d is a byte token spelled '%s'; wanted a spelling like <0x0A>"
              .formatted(token, text));
    }
    return (byte) HexFormat.fromHexDigits(matcher.group(1));
  }
}
