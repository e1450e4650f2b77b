package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an expression, the weakest operators first, into something that computes it. */
final class Expressions extends Cursor {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final Operands operands = new Operands(this);
  private final Suffixes suffixes = new Suffixes(this, operands);

  Expressions(String text, int line) {
    super(text, line);
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
    return Operands.list(all);
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
        next();
      } else if (takes("in")) {
        sign = "in";
      } else if (peek().is("not") && second().is("in")) {
        next();
        next();
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
      left = binary(left, next().text(), concatenation());
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
      left = binary(left, next().text(), unary());
    }
    return left;
  }

  private Expression unary() {
    Expression base = suffixes.filtered(suffixes.postfix(signed()));
    return takes("**") ? binary(base, "**", nested(this::unary)) : base;
  }

  private Expression signed() {
    if (takes("-")) {
      Expression value = suffixes.postfix(nested(this::signed));
      return scope -> Operators.apply("-", 0L, value.in(scope));
    }
    return takes("+") ? nested(this::signed) : operands.primary();
  }

  private static Expression binary(Expression a, String sign, Expression b) {
    return scope -> Operators.apply(sign, a.in(scope), b.in(scope));
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
