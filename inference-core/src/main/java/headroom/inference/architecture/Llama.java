package headroom.inference.architecture;

import static headroom.inference.architecture.ModelReader.layerName;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.Projection;
import headroom.inference.transformer.RopeSpec;
import java.util.ArrayList;
import java.util.List;

/** Llama 1 to 3, Mistral and Mixtral (arXiv 2407.21783, 2310.06825, 2401.04088). */
final class Llama implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT, size);
    int experts = in.findCount("expert_count").orElse(1);
    return new Loaded(
        StandardLayers.spec("llama", size),
        in.weights(
            size,
            layer ->
                StandardLayers.read(
                    in,
                    size,
                    rope,
                    layer,
                    experts == 1
                        ? in.dense(layer, size, Activation.SILU)
                        : mixture(in, size, layer, experts))));
  }

  private static FeedForward mixture(ModelReader in, Dimensions size, int layer, int experts) {
    int width = size.feedForward();
    Tensor gates =
        in.tensor(layerName(layer, "ffn_gate_exps.weight"), size.embedding(), width, experts);
    Tensor ups =
        in.tensor(layerName(layer, "ffn_up_exps.weight"), size.embedding(), width, experts);
    Tensor downs =
        in.tensor(layerName(layer, "ffn_down_exps.weight"), width, size.embedding(), experts);
    List<FeedForward.Dense> networks = new ArrayList<>();
    for (int e = 0; e < experts; e++) {
      networks.add(
          new FeedForward.Dense(
              Activation.SILU,
              new Projection(in.bind(gates.rows(e * width, width)), null),
              new Projection(in.bind(ups.rows(e * width, width)), null),
              new Projection(in.bind(downs.rows(e * size.embedding(), size.embedding())), null)));
    }
    return new FeedForward.MixtureOfExperts(
        in.bind(in.tensor(layerName(layer, "ffn_gate_inp.weight"), size.embedding(), experts)),
        networks,
        in.count("expert_used_count"));
  }
}
