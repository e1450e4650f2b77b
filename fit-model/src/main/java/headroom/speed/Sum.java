package headroom.speed;

/** A product of constants, as the sum of their logarithms. */
final class Sum {
  private final double[] logs;
  private double value;

  Sum(double[] logs, Term first) {
    this.logs = logs;
    this.value = logs[first.place()];
  }

  void add(Term term) {
    value += logs[term.place()];
  }

  void addIf(boolean holds, Term term) {
    if (holds) {
      add(term);
    }
  }

  void set(Term term) {
    value = logs[term.place()];
  }

  double exp() {
    return Math.exp(value);
  }
}
