package headroom.inference.transformer;

/** Runs {@link ShortConvolution} over a batch. */
final class ShortConvolutionPass {
  private final Batch batch;
  private final Buffers buffers;

  ShortConvolutionPass(Batch batch) {
    this.batch = batch;
    this.buffers = batch.buffers;
  }

  /** out[t] = convolution(x[..t]) for every token; its newest inputs go into the state. */
  void run(ShortConvolution now, int layer, float[] x, float[] out) {
    int channels = now.convolution().channels();
    batch.products.multiply(now.in(), x, batch.tokens, buffers.query);
    batch.times.end(Operation.QUERY_KEY_VALUE);
    for (int t = 0; t < batch.tokens; t++) {
      int from = t * 3 * channels;
      for (int c = 0; c < channels; c++) {
        buffers.attended[t * channels + c] =
            buffers.query[from + c] * buffers.query[from + 2 * channels + c];
      }
    }
    Sequences.each(
        batch,
        (first, end) ->
            now.convolution()
                .apply(
                    buffers.attended,
                    first * channels,
                    channels,
                    end - first,
                    batch.caches[first].state(layer).convolution(),
                    0,
                    channels));
    for (int t = 0; t < batch.tokens; t++) {
      int gate = (t * 3 + 1) * channels;
      for (int c = 0; c < channels; c++) {
        buffers.attended[t * channels + c] *= buffers.query[gate + c];
      }
    }
    batch.times.end(Operation.ATTENTION);
    batch.products.multiply(now.out(), buffers.attended, batch.tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }
}
