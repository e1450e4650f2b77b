package headroom.inference.transformer;

import headroom.inference.tensor.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * Everything a transformer has learnt, bound to its kernels; shared by all sessions.
 *
 * @param embedding [vocabulary, embedding]
 * @param layers in order
 * @param outputNorm before the output matrix
 * @param output [vocabulary, embedding]
 */
public record Weights(
    Tensor embedding, List<LayerWeights> layers, Norm outputNorm, Projection output) {
  public Weights {
    layers = List.copyOf(layers);
  }

  /** How each layer rotates, those that do. */
  List<RopeSpec> ropes() {
    return layers.stream()
        .map(
            layer ->
                switch (layer.mixer()) {
                  case Attention attention -> attention.rope();
                  case LatentAttention latent -> latent.rope();
                  case GatedDeltaNet _, ShortConvolution _ -> null;
                })
        .filter(Objects::nonNull)
        .toList();
  }
}
