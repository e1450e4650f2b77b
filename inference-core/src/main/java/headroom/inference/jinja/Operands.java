package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as they are written: literals, names, and what stands in brackets. */
final class Operands {
  private final Expressions in;

  Operands(Expressions in) {
    this.in = in;
  }

  Expression primary() {
    Token token = in.next();
    return switch (token.kind()) {
      case STRING -> {
        StringBuilder all = new StringBuilder(token.text());
        while (in.peek().kind() == Kind.STRING) {
          all.append(in.next().text());
        }
        String text = all.toString();
        yield _ -> text;
      }
      case INTEGER -> number(token);
      case FLOAT -> {
        double number = Double.parseDouble(token.text());
        yield _ -> number;
      }
      case NAME -> named(token.text());
      case SIGN -> bracket(token);
      case END -> {
        throw in.unexpectedLast("an expression");
      }
    };
  }

  private static Expression number(Token token) {
    try {
      long number = Long.parseLong(token.text());
      return _ -> number;
    } catch (NumberFormatException e) {
      throw TemplateException.at(token.line(), "the number %s is too large".formatted(token));
    }
  }

  private static Expression named(String name) {
    return switch (name) {
      case "true", "True" -> _ -> true;
      case "false", "False" -> _ -> false;
      case "none", "None" -> _ -> null;
      default -> scope -> scope.get(name);
    };
  }

  private Expression bracket(Token open) {
    if (open.is("(")) {
      if (in.takes(")")) {
        return list(List.of());
      }
      Expression inner = in.tuple();
      in.expect(")");
      return inner;
    }
    if (open.is("[")) {
      List<Expression> all = new ArrayList<>();
      while (!in.takes("]")) {
        all.add(in.ternary());
        if (!in.peek().is("]")) {
          in.expect(",");
        }
      }
      return list(all);
    }
    if (open.is("{")) {
      return map();
    }
    throw in.unexpectedLast("an expression");
  }

  static Expression list(List<Expression> all) {
    return scope -> {
      List<@Nullable Object> values = new ArrayList<>();
      all.forEach(element -> values.add(element.in(scope)));
      return values;
    };
  }

  private Expression map() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!in.takes("}")) {
      Expression key = in.ternary();
      in.expect(":");
      entries.put(key, in.ternary());
      if (!in.peek().is("}")) {
        in.expect(",");
      }
    }
    return scope -> {
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      entries.forEach((key, value) -> values.put(key.in(scope), value.in(scope)));
      return values;
    };
  }
}
