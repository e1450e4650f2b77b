package headroom.inference.transformer;

import headroom.inference.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything a transformer has learnt, bound to its kernels; shared by all sessions.
 *
 * @param embedding [vocabulary, embedding]
 * @param layers in order
 * @param outputNorm before the output matrix
 * @param output [vocabulary, embedding]
 * @param perLayer what tells each layer of a token once more; null where there is nothing
 */
public record Weights(
    Tensor embedding,
    List<LayerWeights> layers,
    Norm outputNorm,
    Projection output,
    @Nullable PerLayerEmbedding perLayer) {
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
                  case BorrowedAttention borrowed -> borrowed.rope();
                  case LatentAttention latent -> latent.rope();
                  case GatedDeltaNet _,
                      ShortConvolution _,
                      SelectiveScan _,
                      StateSpace _,
                      TokenMixer.None _ ->
                      null;
                })
        .filter(Objects::nonNull)
        .toList();
  }
}
