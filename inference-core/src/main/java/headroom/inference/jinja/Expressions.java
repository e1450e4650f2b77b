package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads an expression, the weakest operators first, into something that computes it. */
final class Expressions {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private static final int DEEPEST = 200;

  private final List<Token> tokens;
  private int at;
  private int depth;

  Expressions(String text, int line) {
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
    return tokens.get(at++).text();
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

  /** An expression, or a tuple of several. */
  Expression tuple() {
    Expression first = ternary();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (takes(",")) {
      if (peek().kind() == Kind.END || peek().is(")")) {
        break;
      }
      all.add(ternary());
    }
    return list(all);
  }

  private Expression nested(Supplier<Expression> inner) {
    if (++depth > DEEPEST) {
      throw TemplateException.at(
          peek().line(), "an expression is nested more than %d deep".formatted(DEEPEST));
    }
    Expression value = inner.get();
    depth--;
    return value;
  }

  Expression ternary() {
    return nested(this::conditional);
  }

  private Expression conditional() {
    Expression value = or();
    if (takes("if")) {
      Expression condition = or();
      Expression otherwise = takes("else") ? ternary() : _ -> new Undefined("else");
      Expression then = value;
      value = scope -> Values.isTrue(condition.in(scope)) ? then.in(scope) : otherwise.in(scope);
    }
    return value;
  }

  Expression or() {
    Expression left = and();
    while (takes("or")) {
      Expression a = left;
      Expression b = and();
      left =
          scope -> {
            Object value = a.in(scope);
            return Values.isTrue(value) ? value : b.in(scope);
          };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (takes("and")) {
      Expression a = left;
      Expression b = not();
      left =
          scope -> {
            Object value = a.in(scope);
            return Values.isTrue(value) ? b.in(scope) : value;
          };
    }
    return left;
  }

  private Expression not() {
    if (takes("not")) {
      Expression value = nested(this::not);
      return scope -> !Values.isTrue(value.in(scope));
    }
    return comparison();
  }

  private Expression comparison() {
    Expression left = sum();
    Expression all = null;
    while (true) {
      String sign = peek().text();
      boolean negated = false;
      if (COMPARISONS.contains(sign) && peek().kind() == Kind.SIGN) {
        at++;
      } else if (takes("in")) {
        sign = "in";
      } else if (peek().is("not") && tokens.get(at + 1).is("in")) {
        at += 2;
        sign = "in";
        negated = true;
      } else {
        return all == null ? left : all;
      }
      Expression a = left;
      Expression b = sum();
      String asked = sign;
      boolean wanted = !negated;
      Expression one = scope -> compare(asked, a.in(scope), b.in(scope)) == wanted;
      Expression before = all;
      all = before == null ? one : scope -> Values.isTrue(before.in(scope)) ? one.in(scope) : false;
      left = b;
    }
  }

  private static boolean compare(String sign, @Nullable Object a, @Nullable Object b) {
    return switch (sign) {
      case "==" -> Values.equal(a, b);
      case "!=" -> !Values.equal(a, b);
      case "<" -> Values.compare(a, b) < 0;
      case "<=" -> Values.compare(a, b) <= 0;
      case ">" -> Values.compare(a, b) > 0;
      case ">=" -> Values.compare(a, b) >= 0;
      default -> Values.contains(b, a);
    };
  }

  private Expression sum() {
    Expression left = concatenation();
    while (peek().is("+") || peek().is("-")) {
      left = binary(left, tokens.get(at++).text(), concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (takes("~")) {
      left = binary(left, "~", product());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
      left = binary(left, tokens.get(at++).text(), unary());
    }
    return left;
  }

  private Expression unary() {
    Expression base = filtered(postfix(signed()));
    return takes("**") ? binary(base, "**", nested(this::unary)) : base;
  }

  private Expression signed() {
    if (takes("-")) {
      Expression value = postfix(nested(this::signed));
      return scope -> Operators.apply("-", 0L, value.in(scope));
    }
    return takes("+") ? nested(this::signed) : primary();
  }

  private static Expression binary(Expression a, String sign, Expression b) {
    return scope -> Operators.apply(sign, a.in(scope), b.in(scope));
  }

  private Expression filtered(Expression value) {
    while (true) {
      if (takes("|")) {
        value = postfix(filter(value));
      } else if (takes("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
  }

  private Expression filter(Expression value) {
    int line = peek().line();
    String name = name();
    Arguments arguments = takes("(") ? arguments() : Arguments.NONE;
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
    boolean wanted = !takes("not");
    int line = peek().line();
    String name = name();
    List<Expression> arguments = List.of();
    if (takes("(")) {
      arguments = arguments().plain();
    } else if (isOperand()) {
      arguments = List.of(postfix(primary()));
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
    Token next = peek();
    return switch (next.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME ->
          !Set.of("and", "or", "not", "if", "else", "in", "is", "recursive").contains(next.text());
      case SIGN -> next.is("[") || next.is("{");
      case END -> false;
    };
  }

  private Expression postfix(Expression value) {
    while (true) {
      Expression of = value;
      int line = peek().line();
      if (takes(".")) {
        Token member = tokens.get(at++);
        if (member.kind() != Kind.NAME && member.kind() != Kind.INTEGER) {
          at--;
          throw unexpected("a member's name");
        }
        value = member(of, member);
      } else if (takes("[")) {
        value = subscript(of);
      } else if (takes("(")) {
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
    Expression from = peek().is(":") ? null : ternary();
    if (takes("]") && from != null) {
      Expression key = from;
      return scope -> Values.member(of.in(scope), key.in(scope));
    }
    expect(":");
    Expression to = peek().is(":") || peek().is("]") ? null : ternary();
    Expression step = takes(":") && !peek().is("]") ? ternary() : null;
    expect("]");
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
    while (!takes(")")) {
      if (peek().kind() == Kind.NAME && tokens.get(at + 1).is("=")) {
        String name = name();
        expect("=");
        named.put(name, ternary());
      } else {
        plain.add(ternary());
      }
      if (!peek().is(")")) {
        expect(",");
      }
    }
    return new Arguments(plain, named);
  }

  private Expression primary() {
    Token token = tokens.get(at++);
    return switch (token.kind()) {
      case STRING -> {
        StringBuilder all = new StringBuilder(token.text());
        while (peek().kind() == Kind.STRING) {
          all.append(tokens.get(at++).text());
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
        at--;
        throw unexpected("an expression");
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
      if (takes(")")) {
        return list(List.of());
      }
      Expression inner = tuple();
      expect(")");
      return inner;
    }
    if (open.is("[")) {
      List<Expression> all = new ArrayList<>();
      while (!takes("]")) {
        all.add(ternary());
        if (!peek().is("]")) {
          expect(",");
        }
      }
      return list(all);
    }
    if (open.is("{")) {
      return map();
    }
    at--;
    throw unexpected("an expression");
  }

  private static Expression list(List<Expression> all) {
    return scope -> {
      List<@Nullable Object> values = new ArrayList<>();
      all.forEach(element -> values.add(element.in(scope)));
      return values;
    };
  }

  private Expression map() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!takes("}")) {
      Expression key = ternary();
      expect(":");
      entries.put(key, ternary());
      if (!peek().is("}")) {
        expect(",");
      }
    }
    return scope -> {
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      entries.forEach((key, value) -> values.put(key.in(scope), value.in(scope)));
      return values;
    };
  }
}
