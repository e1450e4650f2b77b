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
import headroom.inference.transformer.TokenMixer;

/**
 * Gemma 3n: four residual streams by alternating updates, a short way around attention, per-layer
 * embeddings, sparse first layers, and last layers that read the keys and values of earlier ones.
 */
final class Gemma3n implements Architecture {
  /** Layers from one global layer to the next: {@code swa_period} of gemma3n.cpp. */
  private static final int PERIOD = 5;

  /** {@code n_layer_kv_from_start} of gemma3n.cpp: layers with keys, whatever a file says. */
  private static final int OWNERS = 20;

  /** {@code n_layer_sparsity} and {@code f_sparsity_std_mul} of models.h. */
  private static final int SPARSE_LAYERS = 10;

  private static final FeedForward.Sparsity SPARSITY = new FeedForward.Sparsity(1.6448533535f);

  /** {@code f_final_logit_softcapping} and {@code n_embd_altup} of llama-hparams.h. */
  private static final float SOFTCAP = 30;

  private static final int PER_LAYER = 256;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec global = RopeReader.read(in, RotaryStyle.HALVES);
    RopeSpec local =
        global.unscaled(
            in.findNumber("rope.freq_base_swa").orElse(RopeReader.DEFAULT_BASE),
            in.findNumber("rope.scaling.attn_factor").orElse(1f));
    SlidingWindow window = SlidingWindow.of(in, in.count("attention.sliding_window"), PERIOD);
    PerLayerReader perLayer =
        new PerLayerReader(in.findCount("embedding_length_per_layer_input").orElse(PER_LAYER));
    AltUpReader altUp = new AltUpReader(in);
    return in.model(
            size,
            Gemma.scaling(size, in.findNumber("final_logit_softcapping").orElse(SOFTCAP)),
            layer ->
                layer
                    .normedAround(
                        mixer(layer, window, window.isLocal(layer.index()) ? local : global),
                        network(layer))
                    .within(new LayerWeights.Around(perLayer.layer(layer), 1, altUp.layer(layer))))
        .telling(perLayer.embedding(in, size), altUp.read(size.embedding()));
  }

  private static TokenMixer mixer(LayerReader layer, SlidingWindow window, RopeSpec rope) {
    ModelReader in = layer.model();
    Heads heads = layer.heads();
    AttentionShape shape = window.shape(heads.shape(1, Float.POSITIVE_INFINITY), layer.index());
    RmsNorm queryNorm = layer.norm("attn_q_norm", heads.keySize());
    if (layer.index() < OWNERS) {
      return layer
          .attention(shape, rope)
          .normed(
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
        layer.projection("attn_q", layer.embedding(), heads.queryRows()),
        queryNorm,
        layer.projection("attn_output", heads.attendedColumns(), layer.embedding()),
        Gemma4.lender(in, OWNERS, window::isLocal, window.isLocal(layer.index())));
  }

  private static FeedForward network(LayerReader layer) {
    FeedForward.Dense dense = layer.gated(Activation.GELU_TANH);
    return layer.index() < SPARSE_LAYERS ? dense.sparse(SPARSITY) : dense;
  }
}
