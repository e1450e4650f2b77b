package headroom.inference.kernel.reference;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.GeluTable;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kvcache.KvRows;
import headroom.inference.tensor.Tensor;

/** Scalar loops with sums in double: slow, plain, and what the others are compared with. */
public final class ReferenceKernels implements Kernels {
  /** Limit and slope of {@link Activation#SWIGLU_OAI}. */
  private static final float OAI_LIMIT = 7;

  private static final float OAI_SLOPE = 1.702f;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Linear bind(Tensor weight) {
    return new DecodedRows(
        weight, Codecs.require(weight.format(), "tensor '" + weight.name() + "'"));
  }

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, int size, float epsilon, float[] out, int outOffset) {
    double squares = 0;
    for (int i = 0; i < size; i++) {
      squares += (double) x[xOffset + i] * x[xOffset + i];
    }
    float scale = (float) (1 / Math.sqrt(squares / size + epsilon));
    for (int i = 0; i < size; i++) {
      out[outOffset + i] = x[xOffset + i] * scale * weight[i];
    }
  }

  @Override
  public void layerNorm(
      float[] x,
      int xOffset,
      float[] weight,
      float[] bias,
      int size,
      float epsilon,
      float[] out,
      int outOffset) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[xOffset + i];
    }
    double mean = sum / size;
    double squares = 0;
    for (int i = 0; i < size; i++) {
      double centred = x[xOffset + i] - mean;
      squares += centred * centred;
    }
    double scale = 1 / Math.sqrt(squares / size + epsilon);
    for (int i = 0; i < size; i++) {
      out[outOffset + i] = (float) ((x[xOffset + i] - mean) * scale) * weight[i] + bias[i];
    }
  }

  @Override
  public void add(float[] x, int xOffset, float[] delta, int deltaOffset, int size) {
    for (int i = 0; i < size; i++) {
      x[xOffset + i] += delta[deltaOffset + i];
    }
  }

  @Override
  public void addScaled(
      float[] x, int xOffset, float scale, float[] delta, int deltaOffset, int size) {
    for (int i = 0; i < size; i++) {
      x[xOffset + i] += scale * delta[deltaOffset + i];
    }
  }

  @Override
  public void softmax(float[] x, int offset, int size) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, x[offset + i]);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      x[offset + i] = (float) Math.exp(x[offset + i] - largest);
      sum += x[offset + i];
    }
    for (int i = 0; i < size; i++) {
      x[offset + i] = (float) (x[offset + i] / sum);
    }
  }

  @Override
  public void activate(Activation activation, float[] x, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      x[i] = activated(activation, x[i]);
    }
  }

  @Override
  public void gate(Activation activation, float[] gate, float[] up, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      float gated =
          activation == Activation.SWIGLU_OAI
              ? Math.clamp(up[i], -OAI_LIMIT, OAI_LIMIT) + 1
              : up[i];
      gate[i] = activated(activation, gate[i]) * gated;
    }
  }

  private static float activated(Activation activation, float x) {
    return switch (activation) {
      case SILU -> (float) (x / (1 + Math.exp(-x)));
      case GELU_TANH -> GeluTable.gelu(x);
      case SQUARED_RELU -> x > 0 ? x * x : 0;
      case SWIGLU_OAI -> {
        double clamped = Math.min(x, OAI_LIMIT);
        yield (float) (clamped / (1 + Math.exp(-OAI_SLOPE * clamped)));
      }
    };
  }

  @Override
  public void rotate(
      RotaryStyle style,
      float[] x,
      int offset,
      int heads,
      int headSize,
      float[] cosines,
      float[] sines,
      int tableOffset,
      int pairs) {
    int step = style == RotaryStyle.ADJACENT ? 2 : 1;
    int distance = style == RotaryStyle.ADJACENT ? 1 : pairs;
    for (int head = 0; head < heads; head++) {
      int start = offset + head * headSize;
      for (int i = 0; i < pairs; i++) {
        int a = start + i * step;
        int b = a + distance;
        float cosine = cosines[tableOffset + i];
        float sine = sines[tableOffset + i];
        float rotated = x[a] * cosine - x[b] * sine;
        x[b] = x[a] * sine + x[b] * cosine;
        x[a] = rotated;
      }
    }
  }

  @Override
  public void attend(
      AttentionShape shape,
      int kvHead,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      KvRows keys,
      KvRows values,
      float[] out,
      Lane lane) {
    int cells = position + endToken;
    int rowSize = Math.max(shape.keySize(), shape.valueSize());
    float[] memory = lane.floats(rowSize + cells + 1); // a row, the scores, the sink
    for (int token = firstToken; token < endToken; token++) {
      int first = shape.firstVisible(position + token);
      int visible = position + token + 1 - first;
      for (int head = kvHead * shape.group(); head < (kvHead + 1) * shape.group(); head++) {
        int q = (token * shape.heads() + head) * shape.keySize();
        for (int i = 0; i < visible; i++) {
          keys.read(first + i, kvHead, memory, 0);
          memory[rowSize + i] = shape.score(dot(query, q, memory, 0, shape.keySize()));
        }
        memory[rowSize + visible] = shape.sink(head);
        softmax(memory, rowSize, visible + 1);
        int o = (token * shape.heads() + head) * shape.valueSize();
        java.util.Arrays.fill(out, o, o + shape.valueSize(), 0);
        for (int i = 0; i < visible; i++) {
          values.read(first + i, kvHead, memory, 0);
          addScaled(out, o, memory[rowSize + i], memory, 0, shape.valueSize());
        }
      }
    }
  }

  @Override
  public void attendSome(
      AttentionShape shape,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      int firstCell,
      int endCell,
      KvRows keys,
      KvRows values,
      float[] partial,
      int partialOffset,
      Lane lane) {
    int size = shape.valueSize();
    float[] row = lane.floats(Math.max(shape.keySize(), size));
    for (int token = firstToken; token < endToken; token++) {
      int first = Math.max(firstCell, shape.firstVisible(position + token));
      int end = Math.min(endCell, position + token + 1);
      for (int head = 0; head < shape.heads(); head++) {
        int kvHead = head / shape.group();
        int q = (token * shape.heads() + head) * shape.keySize();
        int o = PartialAttention.at(shape, token - firstToken, head, partialOffset);
        java.util.Arrays.fill(partial, o, o + size, 0);
        float largest = Float.NEGATIVE_INFINITY;
        float sum = 0;
        for (int cell = first; cell < end; cell++) {
          keys.read(cell, kvHead, row, 0);
          float score = shape.score(dot(query, q, row, 0, shape.keySize()));
          float grown = Math.max(largest, score);
          float shrink = (float) Math.exp(largest - grown);
          float share = (float) Math.exp(score - grown);
          values.read(cell, kvHead, row, 0);
          for (int i = 0; i < size; i++) {
            partial[o + i] = partial[o + i] * shrink + share * row[i];
          }
          sum = sum * shrink + share;
          largest = grown;
        }
        partial[o + size] = largest;
        partial[o + size + 1] = sum;
      }
    }
  }

  static float dot(float[] a, int aOffset, float[] b, int bOffset, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (double) a[aOffset + i] * b[bOffset + i];
    }
    return (float) sum;
  }

  /** Decodes a row, then takes its scalar product with every token. */
  private record DecodedRows(Tensor weight, BlockCodec codec, int rows, int columns)
      implements Linear {
    DecodedRows(Tensor weight, BlockCodec codec) {
      this(weight, codec, weight.rows(), weight.columns());
    }

    @Override
    public void multiply(float[] x, int tokens, float[] out, int firstRow, int endRow, Lane lane) {
      float[] row = lane.floats(columns);
      long rowBytes = weight.rowBytes();
      for (int r = firstRow; r < endRow; r++) {
        codec.decodeRow(weight.data(), r * rowBytes, row, 0, columns);
        for (int token = 0; token < tokens; token++) {
          out[token * rows + r] = dot(row, 0, x, token * columns, columns);
        }
      }
    }
  }
}
