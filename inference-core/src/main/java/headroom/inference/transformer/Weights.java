package headroom.inference.transformer;

import headroom.inference.tensor.Tensor;
import java.util.List;

/**
 * Everything a transformer has learnt, bound to its kernels; shared by all sessions.
 *
 * @param embedding [vocabulary, embedding]
 * @param layers in order
 * @param outputNorm before the output matrix
 * @param output [vocabulary, embedding]
 */
public record Weights(
    Tensor embedding, List<LayerWeights> layers, RmsNorm outputNorm, Projection output) {
  public Weights {
    layers = List.copyOf(layers);
  }
}
