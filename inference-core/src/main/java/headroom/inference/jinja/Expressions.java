package headroom.inference.jinja;

import java.util.ArrayList;
import java.util.List;

/** Reads an expression, the weakest operators first, into something that computes it. */
final class Expressions extends Cursor {
  private final Arithmetic arithmetic;
  private final Suffixes suffixes;

  Expressions(String text, int line) {
    super(text, line);
    suffixes = new Suffixes(this);
    arithmetic = new Arithmetic(this, suffixes);
  }

  /** An expression, or a tuple of several. */
  Expression tuple() {
    Expression first = ternary();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (takes(",")) {
      if (peek().kind() == Token.Kind.END || peek().is(")")) {
        break;
      }
      all.add(ternary());
    }
    return Primaries.list(all);
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
    return arithmetic.comparison();
  }

  /** The expression that a filter block puts its text into. */
  Expression filterOf(Expression value) {
    return suffixes.filterOf(value);
  }

  /** What stands between parentheses, the first of which is read. */
  Arguments arguments() {
    return suffixes.arguments();
  }
}
