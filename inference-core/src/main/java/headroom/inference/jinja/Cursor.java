package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A place among the words of a tag, and what stands there. */
class Cursor {
  private static final int DEEPEST = 200;

  private final List<Token> tokens;
  private int at;
  private int depth;

  Cursor(String text, int line) {
    tokens = Words.of(text, line);
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The word after the one at hand; the end where there is none. */
  Token second() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** Goes past a word. */
  Token next() {
    return tokens.get(at++);
  }

  /** The same as {@link #unexpected} for the word that was just passed. */
  TemplateException unexpectedLast(String wanted) {
    at--;
    return unexpected(wanted);
  }

  boolean takes(String spelling) {
    if (peek().is(spelling)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String spelling) {
    if (!takes(spelling)) {
      throw unexpected("'" + spelling + "'");
    }
  }

  String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected("a name");
    }
    return next().text();
  }

  void end() {
    if (peek().kind() != Kind.END) {
      throw unexpected("the end");
    }
  }

  TemplateException unexpected(String wanted) {
    return TemplateException.at(peek().line(), "found %s; wanted %s".formatted(peek(), wanted));
  }

  /** Names with commas between, as a loop or an assignment has them. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    boolean open = takes("(");
    do {
      names.add(name());
    } while (takes(","));
    if (open) {
      expect(")");
    }
    return names;
  }

  /** What is inside something else; templates may not nest as deep as they like. */
  Expression nested(Supplier<Expression> inner) {
    if (++depth > DEEPEST) {
      throw TemplateException.at(
          peek().line(), "an expression is nested more than %d deep".formatted(DEEPEST));
    }
    Expression value = inner.get();
    depth--;
    return value;
  }
}
