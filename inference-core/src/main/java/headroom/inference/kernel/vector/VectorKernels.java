package headroom.inference.kernel.vector;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kvcache.KvRows;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The verbs with the Vector API; formats without a fused kernel are decoded row by row. */
public final class VectorKernels implements Kernels {
  /** Narrower vectors than this are what the API pretends where a processor has none. */
  private static final int NARROWEST_BITS = 128;

  private static final Map<QuantFormat, FusedRows> FUSED =
      Map.of(
          QuantFormat.F32, new DotF32(),
          QuantFormat.BF16, new DotBF16());

  private static final Map<QuantFormat, RoundedRow> ROUNDED =
      Map.ofEntries(
          Map.entry(QuantFormat.Q8_0, new DotQ8_0()),
          Map.entry(QuantFormat.Q4_0, new DotQ4_0()),
          Map.entry(QuantFormat.Q4_1, new DotQ4_1()),
          Map.entry(QuantFormat.Q5_0, new DotQ5_0()),
          Map.entry(QuantFormat.Q5_1, new DotQ5_1()),
          Map.entry(QuantFormat.IQ4_NL, new DotIQ4_NL()),
          Map.entry(QuantFormat.MXFP4, new DotMXFP4()),
          Map.entry(QuantFormat.Q4_K, new DotQ4_K()),
          Map.entry(QuantFormat.Q5_K, new DotQ5_K()),
          Map.entry(QuantFormat.Q6_K, new DotQ6_K()),
          Map.entry(QuantFormat.IQ4_XS, new DotIQ4_XS()));

  private final ReferenceKernels scalar = new ReferenceKernels();

  /** Bits of the vectors this processor prefers. */
  public static int width() {
    return Wide.FLOATS.vectorBitSize();
  }

  /** True where vectors of this processor are wide enough for these kernels. */
  public static boolean serve() {
    return width() >= NARROWEST_BITS;
  }

  /** Formats with a kernel of their own; the others are decoded first. */
  public static Set<QuantFormat> fused() {
    Set<QuantFormat> formats = EnumSet.copyOf(FUSED.keySet());
    formats.addAll(ROUNDED.keySet());
    return formats;
  }

  /**
   * True where these kernels round activations to bytes, as llama.cpp does, before they multiply.
   *
   * @param tokens multiplied at once
   */
  public static boolean rounds(QuantFormat format, int tokens) {
    return ROUNDED.containsKey(format) && tokens <= RoundedLinear.FEW_TOKENS;
  }

  @Override
  public String name() {
    return "vector-" + width();
  }

  @Override
  public Linear bind(Tensor weight) {
    BlockCodec codec = Codecs.require(weight.format(), "tensor '" + weight.name() + "'");
    RoundedRow rounded = ROUNDED.get(weight.format());
    return rounded != null
        ? new RoundedLinear(weight, codec, rounded)
        : new VectorLinear(weight, codec, FUSED.get(weight.format()));
  }

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, int size, float epsilon, float[] out, int outOffset) {
    float squares = ArrayDot.dot(x, xOffset, x, xOffset, size);
    float scale = (float) (1 / Math.sqrt(squares / size + epsilon));
    int i = 0;
    for (; i <= size - Wide.LANES; i += Wide.LANES) {
      Wide.load(x, xOffset + i).mul(scale).mul(Wide.load(weight, i)).intoArray(out, outOffset + i);
    }
    for (; i < size; i++) {
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
    // A ten-thousandth of a token's arithmetic: the plain loop serves.
    scalar.layerNorm(x, xOffset, weight, bias, size, epsilon, out, outOffset);
  }

  @Override
  public void add(float[] x, int xOffset, float[] delta, int deltaOffset, int size) {
    int i = 0;
    for (; i <= size - Wide.LANES; i += Wide.LANES) {
      Wide.load(x, xOffset + i).add(Wide.load(delta, deltaOffset + i)).intoArray(x, xOffset + i);
    }
    for (; i < size; i++) {
      x[xOffset + i] += delta[deltaOffset + i];
    }
  }

  @Override
  public void addScaled(
      float[] x, int xOffset, float scale, float[] delta, int deltaOffset, int size) {
    FloatVector factor = Wide.all(scale);
    int i = 0;
    for (; i <= size - Wide.LANES; i += Wide.LANES) {
      Wide.load(delta, deltaOffset + i)
          .fma(factor, Wide.load(x, xOffset + i))
          .intoArray(x, xOffset + i);
    }
    for (; i < size; i++) {
      x[xOffset + i] += scale * delta[deltaOffset + i];
    }
  }

  @Override
  public void softmax(float[] x, int offset, int size) {
    scalar.softmax(x, offset, size); // routers and small rows only: attention has its own
  }

  @Override
  public void activate(Activation activation, float[] x, int offset, int size) {
    scalar.activate(activation, x, offset, size);
  }

  @Override
  public void gate(Activation activation, float[] gate, float[] up, int offset, int size) {
    int i = offset;
    int end = offset + size;
    if (activation == Activation.SILU) {
      for (; i <= end - Wide.LANES; i += Wide.LANES) {
        FloatVector x = Wide.load(gate, i);
        x.div(x.neg().lanewise(VectorOperators.EXP).add(1))
            .mul(Wide.load(up, i))
            .intoArray(gate, i);
      }
    }
    scalar.gate(activation, gate, up, i, end - i);
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
    // About a thousandth of a token's arithmetic: the plain loop serves.
    scalar.rotate(style, x, offset, heads, headSize, cosines, sines, tableOffset, pairs);
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
    new TiledAttention(this, shape, firstToken, endToken, out, 0, shape.valueSize())
        .attend(kvHead, query, position, keys, values, lane);
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
    int first = PartialAttention.at(shape, -firstToken, 0, partialOffset);
    int stride = shape.valueSize() + 2;
    TiledAttention tiled =
        new TiledAttention(this, shape, firstToken, endToken, partial, first, stride);
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      tiled.attendSome(kvHead, query, position, firstCell, endCell, keys, values, lane);
    }
  }
}
