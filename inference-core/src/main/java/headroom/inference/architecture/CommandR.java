package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;

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
        layer.headNorms("attn_q_norm", heads.count()),
        layer.headNorms("attn_k_norm", heads.kvCount()));
  }
}
