package headroom.inference.architecture;

import static headroom.inference.architecture.ModelReader.layerName;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;

/**
 * Gemma 2 (arXiv 2408.00118): norms after attention and feed-forward too, soft caps on scores and
 * logits, every other layer with a sliding window.
 */
final class Gemma2 implements Architecture {
  /** Section 2 of the paper, for files that do not say. */
  private static final int DEFAULT_WINDOW = 4096;

  /** Layers of the 27B model, which scales scores by another size than its heads have. */
  private static final int LAYERS_27B = 46;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES, size);
    int scaledBy = size.layers() == LAYERS_27B ? size.embedding() / size.heads() : size.keySize();
    float scale = (float) (1 / Math.sqrt(scaledBy));
    float softcap = in.findNumber("attn_logit_softcapping").orElse(50f); // section 2 of the paper
    int window = in.findCount("attention.sliding_window").orElse(DEFAULT_WINDOW);
    AttentionShape local = size.attention(scale, softcap, window);
    AttentionShape global = size.attention(scale, softcap, Integer.MAX_VALUE);
    TransformerSpec spec =
        new TransformerSpec(
            "gemma2",
            size.embedding(),
            size.vocabulary(),
            size.context(),
            (float) Math.sqrt(size.embedding()),
            in.findNumber("final_logit_softcapping").orElse(30f)); // section 2 of the paper
    return new Loaded(
        spec,
        in.weights(size, layer -> layer(in, size, rope, layer % 2 == 0 ? local : global, layer)));
  }

  private static LayerWeights layer(
      ModelReader in, Dimensions size, RopeSpec rope, AttentionShape attention, int layer) {
    int width = size.embedding();
    float epsilon = size.epsilon();
    return new LayerWeights(
        attention,
        rope,
        in.norm(layerName(layer, "attn_norm"), width, epsilon),
        in.projection(layerName(layer, "attn_q"), width, size.queryRows()),
        in.projection(layerName(layer, "attn_k"), width, size.keyRows()),
        in.projection(layerName(layer, "attn_v"), width, size.valueRows()),
        null,
        null,
        in.projection(layerName(layer, "attn_output"), size.attendedColumns(), width),
        in.norm(layerName(layer, "post_attention_norm"), width, epsilon),
        in.norm(layerName(layer, "ffn_norm"), width, epsilon),
        in.dense(layer, size, Activation.GELU_TANH),
        in.norm(layerName(layer, "post_ffw_norm"), width, epsilon));
  }
}
