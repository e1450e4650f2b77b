package headroom.agent.cli;

/** Sentences broken between words so that a terminal of 80 columns shows them whole. */
final class Wrapped {
  private static final int COLUMNS = 80;

  private Wrapped() {}

  /** Breaks a text; a word longer than a line stays in one piece. */
  static String text(String first, String indent, String text) {
    StringBuilder out = new StringBuilder();
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split(" ")) {
      if (!empty && line.length() + 1 + word.length() > COLUMNS) {
        out.append(line).append(System.lineSeparator());
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    return out.append(line).toString();
  }

  /** Breaks a shell command before options, so that it can still be copied. */
  static String command(String command) {
    StringBuilder out = new StringBuilder();
    StringBuilder line = new StringBuilder("  ");
    for (String option : command.split(" (?=-)")) {
      if (line.length() > 2 && line.length() + option.length() + 3 > COLUMNS) {
        out.append(line).append("\\").append(System.lineSeparator());
        line = new StringBuilder("    ");
      }
      line.append(option).append(' ');
    }
    return out.append(line).toString().stripTrailing();
  }
}
