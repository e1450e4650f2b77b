package headroom.inference.transformer;

/** The runs of tokens in a batch that belong to one sequence each, for mixers with a state. */
final class Sequences {
  private Sequences() {}

  /** What is done with tokens {@code first} to {@code end} (exclusive) of one sequence. */
  @FunctionalInterface
  interface Work {
    void accept(int first, int end);
  }

  static void each(Batch batch, Work work) {
    int first = 0;
    for (int t = 1; t <= batch.tokens; t++) {
      if (t == batch.tokens || batch.caches[t] != batch.caches[first]) {
        work.accept(first, t);
        first = t;
      }
    }
  }
}
