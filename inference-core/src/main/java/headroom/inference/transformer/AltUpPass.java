package headroom.inference.transformer;

import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import org.jspecify.annotations.Nullable;

/** Runs {@link AltUp} over a batch: the first stream is the residual stream that layers see. */
final class AltUpPass {
  private final Batch batch;
  private final Buffers buffers;
  private final AltUp altUp;
  private final int embedding;
  private final float[][] streams; // [streams][tokens, embedding]
  private float[] low = {}; // [tokens, rank]
  private final Threads.Task predict = this::predict;
  private final Threads.Task correct = this::correct;
  private AltUp.@Nullable Layer layer; // that the tasks above work on

  AltUpPass(Batch batch, AltUp altUp, int embedding) {
    this.batch = batch;
    this.buffers = batch.buffers;
    this.altUp = altUp;
    this.embedding = embedding;
    this.streams = new float[altUp.streams()][0];
  }

  /** Bytes of its own arrays. */
  long bytes() {
    long floats = low.length;
    for (float[] stream : streams) {
      floats += stream.length;
    }
    return floats * Float.BYTES;
  }

  /** Makes all streams of the residual stream, each as long a vector as the first. */
  void spread() {
    int size = batch.tokens * embedding;
    if (streams[0].length < size) {
      for (int i = 0; i < streams.length; i++) {
        streams[i] = new float[size];
      }
    }
    System.arraycopy(buffers.residual, 0, streams[0], 0, size);
    for (int i = 1; i < streams.length; i++) {
      batch.products.multiply(
          altUp.spread().get(i - 1), buffers.residual, batch.tokens, streams[i]);
      asLongAs(buffers.residual, streams[i]);
    }
  }

  /** Predicts every stream; the first becomes the residual stream. */
  void predict(AltUp.Layer now) {
    layer = now;
    batch.threads.run(predict, batch.tokens);
    System.arraycopy(streams[0], 0, buffers.residual, 0, batch.tokens * embedding);
  }

  private void predict(int token, int parts, Lane lane) {
    AltUp.Layer now = layer;
    if (now == null) {
      return;
    }
    int count = streams.length;
    float[] coefficients = product(now.predict(), modalities(now, streams[0], token));
    float[] before = new float[count];
    for (int at = token * embedding; at < (token + 1) * embedding; at++) {
      for (int i = 0; i < count; i++) {
        before[i] = streams[i][at];
      }
      for (int i = 0; i < count; i++) {
        float sum = before[i];
        for (int k = 0; k < count; k++) {
          sum += coefficients[i * count + k] * before[k];
        }
        streams[i][at] = sum;
      }
    }
  }

  /**
   * Adds the short way around attention: residual = (residual + laurel(x)) / √2.
   *
   * @param x [tokens, embedding] what attention read
   */
  void addLaurel(AltUp.Laurel laurel, float[] x) {
    int rank = laurel.down().rows();
    if (low.length < batch.tokens * rank) {
      low = new float[batch.tokens * rank];
    }
    batch.products.multiply(laurel.down(), x, batch.tokens, low);
    batch.products.multiply(laurel.up(), low, batch.tokens, buffers.delta);
    batch.normalise(laurel.norm(), buffers.delta, buffers.delta);
    float half = (float) (1 / Math.sqrt(2));
    for (int i = 0; i < batch.tokens * embedding; i++) {
      buffers.residual[i] = (buffers.residual[i] + buffers.delta[i] + x[i]) * half;
    }
  }

  /**
   * Corrects every stream by what the layer made of the first.
   *
   * @param first [tokens, embedding] becomes the first stream, scaled for per-layer embeddings
   */
  void correct(AltUp.Layer now, float[] first) {
    layer = now;
    batch.threads.run(correct, batch.tokens);
    float[] scale = now.correctScale();
    for (int i = 0; i < batch.tokens * embedding; i++) {
      first[i] = streams[0][i] * scale[i % embedding];
    }
  }

  private void correct(int token, int parts, Lane lane) {
    AltUp.Layer now = layer;
    if (now == null) {
      return;
    }
    float[] coefficients = product(now.correct(), modalities(now, buffers.residual, token));
    for (int at = token * embedding; at < (token + 1) * embedding; at++) {
      float innovation = buffers.residual[at] - streams[0][at];
      for (int i = 0; i < streams.length; i++) {
        streams[i][at] += innovation * (coefficients[i] + 1);
      }
    }
  }

  /** Adds x [tokens, embedding] to every stream but the first. */
  void addToOthers(float[] x) {
    for (int i = 1; i < streams.length; i++) {
      batch.kernels.add(streams[i], 0, x, 0, batch.tokens * embedding);
    }
  }

  /** The mean of all streams, each made as long a vector as the first, as residual stream. */
  void gather() {
    int size = batch.tokens * embedding;
    System.arraycopy(streams[0], 0, buffers.residual, 0, size);
    for (int i = 1; i < streams.length; i++) {
      batch.products.multiply(altUp.gather().get(i - 1), streams[i], batch.tokens, buffers.delta);
      asLongAs(streams[0], buffers.delta);
      batch.kernels.add(buffers.residual, 0, buffers.delta, 0, size);
    }
    for (int i = 0; i < size; i++) {
      buffers.residual[i] /= streams.length;
    }
  }

  /** Which streams matter to a token: tanh(router · norm(x) / embedding). */
  private float[] modalities(AltUp.Layer now, float[] x, int token) {
    float[] normed = new float[embedding];
    now.routerNorm().apply(batch.kernels, x, token * embedding, normed, 0);
    float[] modalities = product(now.router(), normed);
    for (int i = 0; i < modalities.length; i++) {
      modalities[i] = (float) Math.tanh(modalities[i] / embedding);
    }
    return modalities;
  }

  private static float[] product(float[][] matrix, float[] x) {
    float[] out = new float[matrix.length];
    for (int row = 0; row < out.length; row++) {
      double sum = 0;
      for (int column = 0; column < x.length; column++) {
        sum += (double) matrix[row][column] * x[column];
      }
      out[row] = (float) sum;
    }
    return out;
  }

  /** Gives every token's vector the length that it has in {@code model}. */
  private void asLongAs(float[] model, float[] x) {
    for (int at = 0; at < batch.tokens * embedding; at += embedding) {
      float factor = (float) (length(model, at) / length(x, at));
      for (int i = at; i < at + embedding; i++) {
        x[i] *= factor;
      }
    }
  }

  private double length(float[] x, int start) {
    double squares = 0;
    for (int i = start; i < start + embedding; i++) {
      squares += (double) x[i] * x[i];
    }
    return Math.sqrt(squares);
  }
}
