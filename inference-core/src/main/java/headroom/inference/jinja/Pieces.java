package headroom.inference.jinja;

import headroom.inference.jinja.Piece.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into text, outputs and statements, with {@code trim_blocks} and {@code
 * lstrip_blocks} as transformers and llama.cpp set them: a line of statements leaves no trace.
 */
final class Pieces {
  private final String source;
  private final List<Piece> pieces = new ArrayList<>();
  private int line = 1;

  private Pieces(String source) {
    this.source = source;
  }

  static List<Piece> of(String source) {
    // As Jinja2 does: one kind of line end, and none at the end of the file.
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    Pieces cut = new Pieces(text);
    cut.run();
    return cut.pieces;
  }

  private void run() {
    int at = 0;
    boolean strip = false; // the last mark ended with a minus
    boolean trim = false; // the last mark was of a statement or a comment
    while (at < source.length()) {
      int open = nextMark(at);
      String text = source.substring(at, open < 0 ? source.length() : open);
      int textLine = line;
      boolean lineStart = at == 0 || trim && !strip && text.startsWith("\n");
      if (strip) {
        text = text.stripLeading();
      } else if (trim && text.startsWith("\n")) {
        text = text.substring(1);
      }
      if (open < 0) {
        add(Kind.TEXT, text, textLine);
        return;
      }
      char mark = source.charAt(open + 1);
      int inner = open + 2;
      char sign = inner < source.length() ? source.charAt(inner) : ' ';
      if (sign == '-') {
        text = text.stripTrailing();
      } else if (sign != '+' && mark != '{') {
        text = withoutIndent(text, lineStart);
      }
      add(Kind.TEXT, text, textLine);
      line += lines(source, at, open);
      if (sign == '-' || sign == '+') {
        inner++;
      }
      int close = close(mark, inner, open);
      boolean minus = close > inner - 1 && source.charAt(close - 1) == '-';
      boolean plus = source.charAt(close - 1) == '+';
      String content = source.substring(inner, Math.max(inner, minus || plus ? close - 1 : close));
      if (mark != '#') {
        add(mark == '{' ? Kind.OUTPUT : Kind.STATEMENT, content, line);
      }
      line += lines(source, open, close + 2);
      at = close + 2;
      strip = minus;
      trim = mark != '{' && !plus;
      if (mark == '%' && content.strip().equals("raw")) {
        at = raw(at, strip, trim);
        strip = false;
        trim = true;
      }
    }
  }

  /** Text up to endraw, as it stands; what follows the tag is next. */
  private int raw(int from, boolean strip, boolean trim) {
    java.util.regex.Matcher end =
        java.util.regex.Pattern.compile("\\{%([-+]?)\\s*endraw\\s*[-+]?%}").matcher(source);
    if (!end.find(from)) {
      throw TemplateException.at(line, "'raw' has no end; wanted 'endraw'");
    }
    pieces.removeLast();
    String text = source.substring(from, end.start());
    text = strip ? text.stripLeading() : trim && text.startsWith("\n") ? text.substring(1) : text;
    text = end.group(1).equals("-") ? text.stripTrailing() : withoutIndent(text, false);
    add(Kind.TEXT, text, line);
    line += lines(source, from, end.end());
    return end.end();
  }

  /** The text without the blanks before a statement that stands first in its line. */
  private static String withoutIndent(String text, boolean atLineStart) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean first = end == 0 ? atLineStart : text.charAt(end - 1) == '\n';
    return first ? text.substring(0, end) : text;
  }

  private int nextMark(int from) {
    for (int at = source.indexOf('{', from); at >= 0; at = source.indexOf('{', at + 1)) {
      if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  /** Where a mark ends, strings not looked into. */
  private int close(char mark, int from, int open) {
    String end = mark == '{' ? "}}" : mark + "}";
    int depth = 0;
    char quote = 0;
    for (int at = from; at < source.length() - 1; at++) {
      char c = source.charAt(at);
      if (mark != '#') {
        if (quote != 0) {
          if (c == '\\') {
            at++;
          } else if (c == quote) {
            quote = 0;
          }
          continue;
        }
        if (c == '"' || c == '\'') {
          quote = c;
          continue;
        }
        if (mark == '{' && c == '{') {
          depth++;
          continue;
        }
        if (mark == '{' && c == '}' && depth > 0) {
          depth--;
          continue;
        }
      }
      if (source.startsWith(end, at)) {
        return at;
      }
    }
    throw TemplateException.at(
        line, "'%s' has no end; wanted '%s'".formatted(source.substring(open, open + 2), end));
  }

  private void add(Kind kind, String text, int at) {
    if (kind != Kind.TEXT || !text.isEmpty()) {
      pieces.add(new Piece(kind, text, at));
    }
  }

  private static int lines(String text, int from, int to) {
    int lines = 0;
    for (int i = from; i < Math.min(to, text.length()); i++) {
      lines += text.charAt(i) == '\n' ? 1 : 0;
    }
    return lines;
  }
}
