package headroom.inference.jinja;

import static java.util.stream.Collectors.joining;

import headroom.inference.jinja.Part.Flow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads pieces into parts that can be filled. */
final class Statements {
  private static final int DEEPEST = 100;

  private final List<Piece> pieces;
  private int at;
  private int depth;

  private Statements(List<Piece> pieces) {
    this.pieces = pieces;
  }

  static Part of(String source) {
    Statements statements = new Statements(Pieces.of(source));
    return statements.until(Set.of(), 1);
  }

  /** The parts up to one of these statements, which is left to be read. */
  private Part until(Set<String> ends, int line) {
    if (++depth > DEEPEST) {
      throw TemplateException.at(line, "blocks are nested more than %d deep".formatted(DEEPEST));
    }
    List<Part> parts = new ArrayList<>();
    while (at < pieces.size()) {
      Piece piece = pieces.get(at);
      switch (piece.kind()) {
        case TEXT -> {
          at++;
          parts.add(text(piece.text()));
        }
        case OUTPUT -> {
          at++;
          Expressions words = new Expressions(piece.text(), piece.line());
          Expression value = words.tuple();
          words.end();
          parts.add(
              (scope, out) -> {
                out.append(Values.text(value.in(scope)));
                return Flow.ON;
              });
        }
        case STATEMENT -> {
          Expressions words = new Expressions(piece.text(), piece.line());
          if (ends.contains(words.peek().text())) {
            depth--;
            return Part.all(parts);
          }
          at++;
          parts.add(statement(words.name(), words, piece.line()));
        }
      }
    }
    if (!ends.isEmpty()) {
      throw TemplateException.at(
          line, "a block has no end; wanted " + ends.stream().sorted().collect(joining(" or ")));
    }
    return Part.all(parts);
  }

  private static Part text(String text) {
    return (_, out) -> {
      out.append(text);
      return Flow.ON;
    };
  }

  private Part statement(String name, Expressions words, int line) {
    return switch (name) {
      case "if" -> condition(words, line);
      case "for" -> loop(words, line);
      case "set" -> assignment(words, line);
      case "macro" -> macro(words, line);
      case "filter" -> filter(words, line);
      case "call" -> call(words, line);
      case "generation" -> block("endgeneration", line); // marks training text, shows it
      case "do" -> {
        Expression value = whole(words);
        yield (scope, _) -> {
          value.in(scope);
          return Flow.ON;
        };
      }
      case "break" -> (_, _) -> Flow.BREAK;
      case "continue" -> (_, _) -> Flow.CONTINUE;
      default ->
          throw TemplateException.at(
              line, "found statement '%s', which is not known here".formatted(name));
    };
  }

  private static Expression whole(Expressions words) {
    Expression value = words.tuple();
    words.end();
    return value;
  }

  private Part block(String end, int line) {
    Part body = until(Set.of(end), line);
    at++;
    return body;
  }

  private Part condition(Expressions words, int line) {
    Expression condition = whole(words);
    Part then = until(Set.of("elif", "else", "endif"), line);
    Piece next = pieces.get(at++);
    Expressions nextWords = new Expressions(next.text(), next.line());
    Part otherwise =
        switch (nextWords.name()) {
          case "elif" -> condition(nextWords, next.line());
          case "else" -> block("endif", line);
          default -> text("");
        };
    return (scope, out) ->
        (Values.isTrue(condition.in(scope)) ? then : otherwise).render(scope, out);
  }

  private Part loop(Expressions words, int line) {
    List<String> names = words.names();
    words.expect("in");
    Expression list = words.or();
    Expression condition = words.takes("if") ? words.or() : null;
    boolean recursive = words.takes("recursive");
    words.end();
    Part body = until(Set.of("else", "endfor"), line);
    boolean hasElse = new Expressions(pieces.get(at++).text(), line).takes("else");
    Part otherwise = hasElse ? block("endfor", line) : text("");
    if (recursive) {
      throw TemplateException.at(line, "recursive loops are not known here");
    }
    return new Loop(names, list, condition, body, otherwise);
  }

  private Part assignment(Expressions words, int line) {
    List<String> names = words.names();
    if (words.takes(".")) {
      String member = words.name();
      words.expect("=");
      Expression value = whole(words);
      return (scope, _) -> {
        put(scope.get(names.getFirst()), names.getFirst(), member, value.in(scope));
        return Flow.ON;
      };
    }
    if (words.takes("=")) {
      Expression value = whole(words);
      return (scope, _) -> {
        bind(scope, names, value.in(scope));
        return Flow.ON;
      };
    }
    Expression filter = null;
    String[] held = new String[1];
    Part body;
    if (words.takes("|")) {
      filter = words.filterOf(_ -> held[0]);
    }
    words.end();
    body = block("endset", line);
    Expression filtered = filter;
    return (scope, out) -> {
      StringBuilder inner = new StringBuilder();
      Flow flow = body.render(scope.inner(), inner);
      held[0] = inner.toString();
      scope.set(names.getFirst(), filtered == null ? inner.toString() : filtered.in(scope));
      return flow;
    };
  }

  private static void put(
      @Nullable Object target, String name, String member, @Nullable Object value) {
    if (!(target instanceof Namespace space)) {
      throw new TemplateException(
          "the chat template sets '%s' of '%s', %s; wanted a namespace"
              .formatted(member, name, Values.kind(target)));
    }
    space.put(member, value);
  }

  /** Gives a value its name, or a list's elements theirs. */
  static void bind(Scope scope, List<String> names, @Nullable Object value) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), value);
      return;
    }
    List<@Nullable Object> elements = Values.elements(value);
    if (elements.size() != names.size()) {
      throw new TemplateException(
          "the chat template has %d names for %d values".formatted(names.size(), elements.size()));
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), elements.get(i));
    }
  }

  private Part macro(Expressions words, int line) {
    String name = words.name();
    words.expect("(");
    Map<String, @Nullable Expression> parameters = parameters(words);
    words.end();
    Part body = block("endmacro", line);
    return (scope, _) -> {
      scope.set(name, new Macro(parameters, body, scope));
      return Flow.ON;
    };
  }

  private static Map<String, @Nullable Expression> parameters(Expressions words) {
    Map<String, @Nullable Expression> parameters = new LinkedHashMap<>();
    while (!words.takes(")")) {
      String parameter = words.name();
      parameters.put(parameter, words.takes("=") ? words.ternary() : null);
      if (!words.peek().is(")")) {
        words.expect(",");
      }
    }
    return parameters;
  }

  private Part filter(Expressions words, int line) {
    String[] held = new String[1];
    Expression filter = words.filterOf(_ -> held[0]);
    words.end();
    Part body = block("endfilter", line);
    return (scope, out) -> {
      StringBuilder inner = new StringBuilder();
      Flow flow = body.render(scope.inner(), inner);
      held[0] = inner.toString();
      out.append(Values.text(filter.in(scope)));
      return flow;
    };
  }

  private Part call(Expressions words, int line) {
    Map<String, @Nullable Expression> parameters = words.takes("(") ? parameters(words) : Map.of();
    Expression value = whole(words);
    Part body = block("endcall", line);
    return (scope, out) -> {
      Scope inner = scope.inner();
      inner.set("caller", new Macro(parameters, body, scope));
      Macro.withCaller(inner, () -> out.append(Values.text(value.in(inner))));
      return Flow.ON;
    };
  }
}
