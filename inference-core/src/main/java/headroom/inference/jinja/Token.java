package headroom.inference.jinja;

/**
 * A word of an expression.
 *
 * @param kind what it is
 * @param text its spelling; of a string its content
 * @param line where it stands, from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    SIGN,
    END
  }

  boolean is(String spelling) {
    return (kind == Kind.SIGN || kind == Kind.NAME) && text.equals(spelling);
  }

  @Override
  public String toString() {
    return kind == Kind.END ? "the end" : "'" + text + "'";
  }
}
