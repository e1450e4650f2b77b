package headroom.inference.transformer;

import headroom.inference.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a transformer has learnt, bound to its kernels; shared by all sessions.
 *
 * @param embedding [vocabulary, embedding]
 * @param layers in order
 * @param outputNorm before the output matrix
 * @param output [vocabulary, embedding]
 * @param perLayer what tells each layer of a token once more; null where there is nothing
 * @param altUp what makes several residual streams of one; null where there is one
 */
public record Weights(
    Tensor embedding,
    List<LayerWeights> layers,
    Norm outputNorm,
    Projection output,
    @Nullable PerLayerEmbedding perLayer,
    @Nullable AltUp altUp) {
  public Weights {
    layers = List.copyOf(layers);
  }

  /** How each layer rotates, those that do. */
  List<RopeSpec> ropes() {
    return layers.stream()
        .flatMap(
            layer ->
                switch (layer.mixer()) {
                  case Attention attention -> Stream.ofNullable(attention.rope());
                  case BorrowedAttention borrowed -> Stream.of(borrowed.rope());
                  case LatentAttention latent ->
                      Stream.concat(
                          Stream.of(latent.rope()),
                          latent.indexer().map(TokenSelection.Indexer::rope).stream());
                  case GatedDeltaNet _,
                      ShortConvolution _,
                      SelectiveScan _,
                      StateSpace _,
                      TokenMixer.None _ ->
                      Stream.<RopeSpec>empty();
                })
        .toList();
  }
}
