package headroom.inference.transformer;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Activation;

/** Runs {@link PerLayerEmbedding} over a batch. */
final class PerLayerPass {
  private final Batch batch;
  private final PerLayerEmbedding embedding;
  private final BlockCodec codec;
  private float[] inputs = {}; // [tokens, layers * size]
  private float[] gates = {}; // [tokens, size]
  private float[] row = {}; // [layers * size], of the table

  PerLayerPass(Batch batch, PerLayerEmbedding embedding) {
    this.batch = batch;
    this.embedding = embedding;
    this.codec = Codecs.require(embedding.table().format(), "per-layer token embedding");
  }

  /** Bytes of its own arrays. */
  long bytes() {
    return (long) Float.BYTES * (inputs.length + gates.length + row.length);
  }

  /**
   * What every layer is told of the batch's tokens.
   *
   * @param ids from {@code first} on
   * @param x [tokens, embedding] their scaled embeddings
   */
  void start(int[] ids, int first, float[] x) {
    int width = embedding.width();
    int size = embedding.size();
    if (inputs.length < batch.tokens * width) {
      inputs = new float[batch.tokens * width];
      gates = new float[batch.tokens * size];
      row = new float[width];
    }
    batch.products.multiply(embedding.projection(), x, batch.tokens, inputs);
    int model = embedding.projection().matrix().columns();
    float projected = (float) (1 / Math.sqrt(model));
    float looked = (float) Math.sqrt(size);
    float both = (float) (1 / Math.sqrt(2));
    for (int t = 0; t < batch.tokens; t++) {
      codec.decodeRow(
          embedding.table().data(), ids[first + t] * embedding.table().rowBytes(), row, 0, width);
      for (int at = 0; at < width; at += size) {
        int input = t * width + at;
        for (int i = 0; i < size; i++) {
          inputs[input + i] *= projected;
        }
        embedding.norm().apply(batch.kernels, inputs, input, inputs, input);
        for (int i = 0; i < size; i++) {
          inputs[input + i] = (inputs[input + i] + row[at + i] * looked) * both;
        }
      }
    }
  }

  /** out[t] = what layer {@code index} adds to x[t]. */
  void run(PerLayerEmbedding.Layer layer, int index, float[] x, float[] out) {
    int size = embedding.size();
    batch.products.multiply(layer.gate(), x, batch.tokens, gates);
    for (int t = 0; t < batch.tokens; t++) {
      batch.kernels.activate(Activation.GELU_TANH, gates, t * size, size);
      int input = t * embedding.width() + index * size;
      for (int i = 0; i < size; i++) {
        gates[t * size + i] *= inputs[input + i];
      }
    }
    batch.products.multiply(layer.projection(), gates, batch.tokens, out);
    batch.normalise(layer.norm(), out, out);
  }
}
