package headroom.inference.transformer;

/** Runs {@link FeedForward.BesideExperts} over a batch. */
final class BesideExpertsPass {
  private final Batch batch;
  private final DensePass dense;
  private final ExpertsPass experts;
  private float[] mixed = {}; // [tokens, embedding]

  BesideExpertsPass(Batch batch, DensePass dense, ExpertsPass experts) {
    this.batch = batch;
    this.dense = dense;
    this.experts = experts;
  }

  /** Bytes of its own array. */
  long bytes() {
    return (long) Float.BYTES * mixed.length;
  }

  /**
   * out[t] = both networks' answers, added.
   *
   * @param x [tokens, embedding] as the layer normed it, overwritten
   * @param residual [tokens, embedding]
   */
  void run(FeedForward.BesideExperts now, float[] x, float[] residual, float[] out) {
    int tokens = batch.tokens;
    int size = tokens * now.denseNorm().size();
    if (mixed.length < size) {
      mixed = new float[size];
    }
    dense.run(now.dense(), x, tokens, out);
    batch.normalise(now.denseNorm(), out, out);
    batch.normalise(now.routerNorm(), residual, x);
    experts.choose(now.mixture(), x, tokens);
    batch.normalise(now.expertsNorm(), residual, x);
    experts.mix(now.mixture(), x, tokens, mixed);
    batch.normalise(now.mixtureNorm(), mixed, mixed);
    batch.kernels.add(out, 0, mixed, 0, size);
  }
}
