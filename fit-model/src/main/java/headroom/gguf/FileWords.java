package headroom.gguf;

/**
 * A message with words of a file in it, which may be anything: control characters are replaced, and
 * of a long message the middle is left out.
 */
public final class FileWords {
  private static final int HEAD = 600;
  private static final int TAIL = 300;

  private FileWords() {}

  /** The message as people can read it, at most 1,000 characters. */
  public static String readable(String message) {
    StringBuilder out = new StringBuilder(Math.min(message.length(), HEAD + TAIL + 8));
    boolean cut = message.length() > HEAD + TAIL;
    for (int i = 0; i < message.length(); i++) {
      if (cut && i == HEAD) {
        out.append(" … ");
        i = message.length() - TAIL;
      }
      char c = message.charAt(i);
      out.append(Character.isISOControl(c) && c != '\n' ? '\uFFFD' : c);
    }
    return out.toString();
  }
}
