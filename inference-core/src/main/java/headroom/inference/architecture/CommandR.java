package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.HeadNorms;
import headroom.inference.transformer.LayerNorm;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.Norm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;
import java.util.stream.IntStream;

/**
 * Command R and Aya Expanse: attention and network at once, after a layer norm that only scales;
 * Command R+ norms each head of queries and keys with weights of its own.
 */
final class CommandR implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    return in.model(
        size,
        scaling(in),
        in.unbiasedLayerNorm("output_norm", size.embedding()),
        layer ->
            LayerWeights.parallel(
                layer.unbiasedLayerNorm("attn_norm"),
                normed(layer, layer.attention(layer.heads().shape(), rope)),
                null,
                layer.gated(Activation.SILU)));
  }

  /** Logits are multiplied, not divided as Granite's are. */
  static TransformerSpec.Scaling scaling(ModelReader in) {
    return new TransformerSpec.Scaling(
        1,
        1,
        in.findNumber("logit_scale").filter(scale -> scale != 0).orElse(1f),
        Float.POSITIVE_INFINITY);
  }

  /** Norms of each head where the file has them. */
  static Attention normed(LayerReader layer, Attention attention) {
    if (!layer.normsHeads()) {
      return attention;
    }
    Heads heads = layer.heads();
    return attention.normed(
        headNorms(layer, "attn_q_norm", heads.count()),
        headNorms(layer, "attn_k_norm", heads.kvCount()));
  }

  /** Layer norms that only scale, one for each head. */
  private static HeadNorms headNorms(LayerReader layer, String name, int heads) {
    ModelReader in = layer.model();
    int size = layer.heads().keySize();
    Tensor weights = in.tensor(layer.name(name) + ".weight", size, heads);
    return new HeadNorms(
        IntStream.range(0, heads)
            .mapToObj(
                head ->
                    (Norm)
                        new LayerNorm(
                            ModelReader.row(weights, head), new float[size], in.layerNormEpsilon()))
            .toList());
  }
}
