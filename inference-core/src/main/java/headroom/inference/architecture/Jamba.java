package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.Routing;

/**
 * Jamba (arXiv 2403.19887): Mamba's scans, some attention that does not rotate, and experts in some
 * layers.
 */
final class Jamba implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    SelectiveScanReader scans = new SelectiveScanReader(in);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attends() ? layer.attention(layer.heads().shape(), null) : scans.read(layer),
                in.has(layer.name("ffn_gate_inp.weight"))
                        || in.has(layer.name("ffn_up_exps.weight"))
                    ? experts(layer)
                    : layer.gated(Activation.SILU)));
  }

  private static FeedForward experts(LayerReader layer) {
    ExpertReader experts = new ExpertReader(layer);
    return experts.mixture(
        new Routing(
            experts.router(), Routing.Scoring.SOFTMAX, null, null, experts.active(), false, 1),
        Activation.SILU,
        layer.feedForwardSize(),
        null);
  }
}
