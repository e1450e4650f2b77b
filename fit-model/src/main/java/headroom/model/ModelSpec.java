package headroom.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The facts of one model that memory and speed follow from.
 *
 * @param id catalogue id or file name
 * @param name as its makers write it
 * @param architecture {@code general.architecture} of its GGUF files
 * @param embeddingSize width of the residual stream
 * @param vocabularySize rows of the token embedding
 * @param tiedEmbeddings true where the output matrix is the token embedding
 * @param layers every layer, in order
 * @param tensors every weight tensor
 * @param maxContext tokens it was trained for, where known
 */
public record ModelSpec(
    String id,
    String name,
    String architecture,
    int embeddingSize,
    int vocabularySize,
    boolean tiedEmbeddings,
    List<LayerSpec> layers,
    List<TensorFacts> tensors,
    OptionalInt maxContext) {
  public ModelSpec {
    layers = List.copyOf(layers);
    tensors = List.copyOf(tensors);
  }

  /** Elements of all weight tensors. */
  public long parameters() {
    return tensors.stream().mapToLong(TensorFacts::elements).sum();
  }

  /** The mixture of experts of the first layer that has one. */
  public Optional<FeedForward.MixtureOfExperts> mixtureOfExperts() {
    return layers.stream()
        .map(LayerSpec::feedForward)
        .filter(FeedForward.MixtureOfExperts.class::isInstance)
        .map(FeedForward.MixtureOfExperts.class::cast)
        .findFirst();
  }
}
