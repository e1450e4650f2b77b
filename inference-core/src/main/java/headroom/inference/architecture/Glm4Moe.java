package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;

/**
 * GLM-4.5 to 4.7 (arXiv 2508.06471): leading dense layers, then experts as DeepSeek-V3 chooses them
 * beside a shared one; part of each head rotated.
 */
final class Glm4Moe implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    int dense = in.findCount("leading_dense_block_count").orElse(0);
    return in.model(
        in.dimensions(),
        layer ->
            LayerWeights.of(
                layer.norm("attn_norm"),
                attention(layer, rope),
                layer.norm("post_attention_norm"),
                layer.index() < dense ? layer.gated(Activation.SILU) : experts(layer)));
  }

  /** The largest norms queries and keys, the others do not. */
  private static Attention attention(LayerReader layer, RopeSpec rope) {
    Attention attention = layer.attention(layer.heads().shape(), rope);
    return layer.normsHeads() ? layer.headNormed(attention) : attention;
  }

  private static FeedForward experts(LayerReader layer) {
    ModelReader in = layer.model();
    ExpertReader experts = new ExpertReader(layer);
    int width = in.count("expert_feed_forward_length");
    int shared = layer.rows("ffn_up_shexp.weight", (long) width * in.count("expert_shared_count"));
    return experts.mixture(
        experts.routing(Gating.SIGMOID),
        Activation.SILU,
        width,
        new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", shared), null));
  }
}
