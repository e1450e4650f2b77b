package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.BorrowedAttention;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;
import headroom.inference.transformer.TokenMixer;
import headroom.inference.transformer.TransformerSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Gemma 4, dense and with experts beside dense networks: local layers with smaller heads, values
 * normed too or taken from the keys, last layers that read the keys and values of earlier ones,
 * per-layer embeddings, a scale per layer.
 */
final class Gemma4 implements Architecture {
  /** {@code f_final_logit_softcapping} of llama-hparams.h, for files that do not say. */
  private static final float DEFAULT_SOFTCAP = 30;

  @Override
  public Loaded read(ModelReader in) {
    return new Model(in).read();
  }

  /**
   * The layer whose keys are read by one that has none: the last of its kind that has some
   * (LLM_ARCH_GEMMA3N and GEMMA4 in llama-model.cpp of llama.cpp).
   *
   * @param owners layers with keys
   */
  static int lender(ModelReader in, int owners, IntPredicate isLocal, boolean local) {
    int lender = owners - (local ? 2 : 1);
    if (lender < 0 || isLocal.test(lender) != local) {
      throw in.fault(
          "key '….attention.shared_kv_layers' leaves %d layers with keys of their own;"
              + " wanted the last of them global and the one before local",
          owners);
    }
    return lender;
  }

  /** One file, whose layers depend on each other. */
  private static final class Model {
    private final ModelReader in;
    private final Dimensions size;
    private final List<Boolean> local;
    private final RopeSpec globalRope;
    private final RopeSpec localRope;
    private final int window;
    private final int owners;

    Model(ModelReader in) {
      this.in = in;
      this.size = in.dimensions();
      this.local =
          in.findFlags("attention.sliding_window_pattern")
              .filter(flags -> flags.size() >= size.layers())
              .orElseThrow(
                  () ->
                      in.fault(
                          "key 'gemma4.attention.sliding_window_pattern' does not say for each of"
                              + " %d layers whether it is local; wanted true or false for each",
                          size.layers()));
      this.globalRope = RopeReader.read(in, RotaryStyle.HALVES);
      this.localRope =
          globalRope
              .unscaled(
                  in.findNumber("rope.freq_base_swa").orElse(RopeReader.DEFAULT_BASE),
                  in.findNumber("rope.scaling.attn_factor").orElse(1f))
              .over(
                  RopeReader.dimensions(
                      in,
                      "rope.dimension_count_swa",
                      globalRope.dimensions(),
                      in.localHeads(0).keySize()));
      this.window = in.count("attention.sliding_window");
      this.owners = size.layers() - in.findCount("attention.shared_kv_layers").orElse(0);
    }

    Loaded read() {
      TransformerSpec.Scaling scaling =
          Gemma.scaling(
              size,
              in.findNumber("final_logit_softcapping")
                  .map(cap -> cap == 0 ? Float.POSITIVE_INFINITY : cap)
                  .orElse(DEFAULT_SOFTCAP));
      Optional<PerLayerReader> own =
          in.findCount("embedding_length_per_layer_input").map(width -> new PerLayerReader(width));
      Loaded loaded =
          in.model(
              size,
              scaling,
              layer ->
                  layer
                      .normedAround(mixer(layer), network(layer))
                      .within(
                          new LayerWeights.Around(
                              own.map(reader -> reader.layer(layer)).orElse(null),
                              scale(layer),
                              null)));
      return own.map(reader -> loaded.telling(reader.embedding(in, size))).orElse(loaded);
    }

    private FeedForward network(LayerReader layer) {
      FeedForward.Dense dense = layer.gated(Activation.GELU_TANH);
      if (in.findCount("expert_count").isEmpty()) {
        return dense;
      }
      ExpertReader experts = new ExpertReader(layer);
      return new FeedForward.BesideExperts(
          dense,
          layer.norm("post_ffw_norm_1"),
          routerNorm(layer),
          layer.norm("pre_ffw_norm_2"),
          experts.mixture(
              Routing.normalisedSoftmax(experts.router(), experts.active()),
              Activation.GELU_TANH,
              in.count("expert_feed_forward_length"),
              null),
          layer.norm("post_ffw_norm_2"));
    }

    /**
     * A norm whose weights the file has as scales, divided by the root of the embedding's length.
     */
    private RmsNorm routerNorm(LayerReader layer) {
      float[] weight = in.vector(layer.name("ffn_gate_inp.scale"), size.embedding());
      float root = (float) (1 / Math.sqrt(size.embedding()));
      for (int i = 0; i < weight.length; i++) {
        weight[i] *= root;
      }
      return new RmsNorm(weight, in.epsilon());
    }

    private TokenMixer mixer(LayerReader layer) {
      boolean isLocal = local.get(layer.index());
      Heads heads = isLocal ? in.localHeads(layer.index()) : layer.heads();
      AttentionShape whole = heads.shape(1, Float.POSITIVE_INFINITY);
      AttentionShape shape = isLocal ? whole.within(window) : whole;
      RopeSpec rope = isLocal ? localRope : globalRope;
      RmsNorm queryNorm = layer.norm("attn_q_norm", heads.keySize());
      if (layer.index() < owners) {
        Attention attention = layer.attention(heads, shape, rope);
        return attention.normed(
            new Attention.Norms(
                queryNorm,
                layer.norm("attn_k_norm", heads.keySize()),
                RmsNorm.unweighted(heads.valueSize(), in.epsilon()),
                null,
                false));
      }
      return new BorrowedAttention(
          shape,
          rope,
          layer.projection("attn_q", size.embedding(), heads.queryRows()),
          queryNorm,
          layer.projection("attn_output", heads.attendedColumns(), size.embedding()),
          lender(in, owners, local::get, isLocal));
    }

    private float scale(LayerReader layer) {
      return in.findVector(layer.name("layer_output_scale.weight"), 1)
          .map(scale -> scale[0])
          .orElse(1f);
    }
  }
}
