package headroom.inference.jinja;

import headroom.inference.jinja.Token.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads comparisons, sums, products and signs. */
final class Arithmetic {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final Expressions in;
  private final Suffixes suffixes;
  private final Primaries primaries;

  Arithmetic(Expressions in, Suffixes suffixes) {
    this.in = in;
    this.suffixes = suffixes;
    this.primaries = new Primaries(in);
  }

  Expression comparison() {
    Expression left = sum();
    Expression all = null;
    while (true) {
      String sign = in.peek().text();
      boolean negated = false;
      if (COMPARISONS.contains(sign) && in.peek().kind() == Kind.SIGN) {
        in.take();
      } else if (in.takes("in")) {
        sign = "in";
      } else if (in.peek().is("not") && in.second().is("in")) {
        in.take();
        in.take();
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
    while (in.peek().is("+") || in.peek().is("-")) {
      left = binary(left, in.take().text(), concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (in.takes("~")) {
      left = binary(left, "~", product());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (in.peek().is("*") || in.peek().is("/") || in.peek().is("//") || in.peek().is("%")) {
      left = binary(left, in.take().text(), unary());
    }
    return left;
  }

  private Expression unary() {
    Expression base = suffixes.filtered(suffixes.postfix(signed()));
    return in.takes("**") ? binary(base, "**", in.nested(this::unary)) : base;
  }

  private Expression signed() {
    if (in.takes("-")) {
      Expression value = suffixes.postfix(in.nested(this::signed));
      return scope -> Operators.apply("-", 0L, value.in(scope));
    }
    return in.takes("+") ? in.nested(this::signed) : primaries.primary();
  }

  private static Expression binary(Expression a, String sign, Expression b) {
    return scope -> Operators.apply(sign, a.in(scope), b.in(scope));
  }
}
