package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts an expression into words. */
final class Words {
  private static final List<String> SIGNS =
      List.of(
          "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")",
          "[", "]", "{", "}", ",", ".", ":", "|");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line;

  private Words(String text, int line) {
    this.text = text;
    this.line = line;
  }

  /** The words of an expression, with one of kind END behind them. */
  static List<Token> of(String text, int line) {
    Words words = new Words(text, line);
    while (words.at < text.length()) {
      words.next();
    }
    words.tokens.add(new Token(Kind.END, "", words.line));
    return words.tokens;
  }

  private void next() {
    char c = text.charAt(at);
    if (c == '\n') {
      line++;
      at++;
    } else if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '"' || c == '\'') {
      string(c);
    } else if (Character.isDigit(c)) {
      number();
    } else if (Character.isLetter(c) || c == '_') {
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
        at++;
      }
      add(Kind.NAME, text.substring(start, at));
    } else {
      String sign =
          SIGNS.stream()
              .filter(known -> text.startsWith(known, at))
              .findFirst()
              .orElseThrow(
                  () ->
                      TemplateException.at(line, "found '%c'; wanted an expression".formatted(c)));
      at += sign.length();
      add(Kind.SIGN, sign);
    }
  }

  private void number() {
    int start = at;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    boolean point =
        at + 1 < text.length() && text.charAt(at) == '.' && Character.isDigit(text.charAt(at + 1));
    if (point) {
      at++;
      while (at < text.length() && Character.isDigit(text.charAt(at))) {
        at++;
      }
    }
    add(point ? Kind.FLOAT : Kind.INTEGER, text.substring(start, at).replace("_", ""));
  }

  private void string(char quote) {
    StringBuilder content = new StringBuilder();
    int start = line;
    at++;
    while (true) {
      if (at >= text.length()) {
        throw TemplateException.at(start, "a string has no end; wanted %c".formatted(quote));
      }
      char c = text.charAt(at++);
      if (c == quote) {
        break;
      }
      if (c == '\n') {
        line++;
      }
      if (c == '\\' && at < text.length()) {
        escape(content);
      } else {
        content.append(c);
      }
    }
    tokens.add(new Token(Kind.STRING, content.toString(), start));
  }

  private void escape(StringBuilder content) {
    char c = text.charAt(at++);
    switch (c) {
      case 'n' -> content.append('\n');
      case 't' -> content.append('\t');
      case 'r' -> content.append('\r');
      case 'b' -> content.append('\b');
      case 'f' -> content.append('\f');
      case '0' -> content.append('\0');
      case '\\', '\'', '"' -> content.append(c);
      case '\n' -> line++;
      case 'x' -> code(content, 2);
      case 'u' -> code(content, 4);
      case 'U' -> code(content, 8);
      default -> content.append('\\').append(c);
    }
  }

  private void code(StringBuilder content, int digits) {
    try {
      content.appendCodePoint(Integer.parseInt(text.substring(at, at + digits), 16));
      at += digits;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw TemplateException.at(
          line, "an escape has no %d hexadecimal digits of a character".formatted(digits));
    }
  }

  private void add(Kind kind, String word) {
    tokens.add(new Token(kind, word, line));
  }
}
