package headroom.inference.jinja;

/**
 * A piece of a template's text.
 *
 * @param kind what it is
 * @param text without its marks
 * @param line where it begins, from 1
 */
record Piece(Kind kind, String text, int line) {
  enum Kind {
    TEXT,
    /** Between <code>{{</code> and <code>}}</code>. */
    OUTPUT,
    /** Between <code>{%</code> and <code>%}</code>. */
    STATEMENT
  }
}
