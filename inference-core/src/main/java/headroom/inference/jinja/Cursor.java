package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Goes through the words of a tag. */
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
    return take().text();
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

  /** The word behind the next. */
  Token second() {
    return tokens.get(at + 1);
  }

  /** The next word, whatever it is. */
  Token take() {
    return tokens.get(at++);
  }

  /** Goes back a word, so that a fault names it. */
  TemplateException unexpectedBefore(String wanted) {
    at--;
    return unexpected(wanted);
  }

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
