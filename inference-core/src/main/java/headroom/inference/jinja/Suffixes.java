package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What follows a value and makes another of it: members, calls, filters and tests. */
final class Suffixes {
  private final Expressions in;
  private final Operands operands;

  Suffixes(Expressions in, Operands operands) {
    this.in = in;
    this.operands = operands;
  }

  Expression filtered(Expression value) {
    while (true) {
      if (in.takes("|")) {
        value = postfix(filter(value));
      } else if (in.takes("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
  }

  private Expression filter(Expression value) {
    int line = in.peek().line();
    String name = in.name();
    Arguments arguments = in.takes("(") ? arguments() : Arguments.NONE;
    if (!Filters.knows(name)) { // as in Jinja2 no fault before it is used
      return _ -> {
        throw TemplateException.at(
            line, "found filter '%s', which is not known here".formatted(name));
      };
    }
    return scope -> Filters.apply(name, value.in(scope), arguments.in(scope), scope);
  }

  /** The expression that a filter block puts its text into. */
  Expression filterOf(Expression value) {
    return filtered(postfix(filter(value)));
  }

  private Expression test(Expression value) {
    boolean wanted = !in.takes("not");
    int line = in.peek().line();
    String name = in.name();
    List<Expression> arguments = List.of();
    if (in.takes("(")) {
      arguments = arguments().plain();
    } else if (isOperand()) {
      arguments = List.of(postfix(operands.primary()));
    }
    if (!Checks.knows(name)) {
      return _ -> {
        throw TemplateException.at(
            line, "found test '%s', which is not known here".formatted(name));
      };
    }
    List<Expression> given = arguments;
    return scope -> {
      List<@Nullable Object> operands = new ArrayList<>();
      given.forEach(argument -> operands.add(argument.in(scope)));
      return Checks.holds(name, value.in(scope), operands) == wanted;
    };
  }

  /** True where a test's argument stands without parentheses. */
  private boolean isOperand() {
    Token next = in.peek();
    return switch (next.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME ->
          !Set.of("and", "or", "not", "if", "else", "in", "is", "recursive").contains(next.text());
      case SIGN -> next.is("[") || next.is("{");
      case END -> false;
    };
  }

  Expression postfix(Expression value) {
    while (true) {
      Expression of = value;
      int line = in.peek().line();
      if (in.takes(".")) {
        Token member = in.next();
        if (member.kind() != Kind.NAME && member.kind() != Kind.INTEGER) {
          throw in.unexpectedLast("a member's name");
        }
        value = member(of, member);
      } else if (in.takes("[")) {
        value = subscript(of);
      } else if (in.takes("(")) {
        Arguments arguments = arguments();
        value =
            scope -> {
              Object called = of.in(scope);
              if (called instanceof Function function) {
                scope.budget().step();
                return arguments.in(scope).call(function);
              }
              throw TemplateException.at(
                  line, "%s is called; wanted a function".formatted(Values.kind(called)));
            };
      } else {
        return value;
      }
    }
  }

  private static Expression member(Expression of, Token member) {
    if (member.kind() == Kind.INTEGER) {
      long index = Long.parseLong(member.text());
      return scope -> Values.member(of.in(scope), index);
    }
    String name = member.text();
    return scope -> {
      Object value = of.in(scope);
      Object found = Values.member(value, name);
      Function method = found instanceof Undefined ? Methods.find(value, name) : null;
      return method == null ? found : method;
    };
  }

  private Expression subscript(Expression of) {
    Expression from = in.peek().is(":") ? null : in.ternary();
    if (in.takes("]") && from != null) {
      Expression key = from;
      return scope -> Values.member(of.in(scope), key.in(scope));
    }
    in.expect(":");
    Expression to = in.peek().is(":") || in.peek().is("]") ? null : in.ternary();
    Expression step = in.takes(":") && !in.peek().is("]") ? in.ternary() : null;
    in.expect("]");
    return scope ->
        Operators.slice(of.in(scope), value(from, scope), value(to, scope), value(step, scope));
  }

  private static @Nullable Object value(@Nullable Expression expression, Scope scope) {
    return expression == null ? null : expression.in(scope);
  }

  /** What stands between parentheses, the first of which is read. */
  Arguments arguments() {
    List<Expression> plain = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!in.takes(")")) {
      if (in.peek().kind() == Kind.NAME && in.second().is("=")) {
        String name = in.name();
        in.expect("=");
        named.put(name, in.ternary());
      } else {
        plain.add(in.ternary());
      }
      if (!in.peek().is(")")) {
        in.expect(",");
      }
    }
    return new Arguments(plain, named);
  }
}
