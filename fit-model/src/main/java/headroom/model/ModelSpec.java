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
 * @param projector what reads images for it, where that is known; no part of {@code tensors}
 * @param predictionHead its layer for multi-token prediction as a model of its own, which shares
 *     the embedding and the output matrix, where it has one; no part of {@code tensors}
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
    OptionalInt maxContext,
    Optional<Projector> projector,
    Optional<ModelSpec> predictionHead) {
  /** A model that reads text and has no layer for multi-token prediction. */
  public ModelSpec(
      String id,
      String name,
      String architecture,
      int embeddingSize,
      int vocabularySize,
      boolean tiedEmbeddings,
      List<LayerSpec> layers,
      List<TensorFacts> tensors,
      OptionalInt maxContext) {
    this(
        id,
        name,
        architecture,
        embeddingSize,
        vocabularySize,
        tiedEmbeddings,
        layers,
        tensors,
        maxContext,
        Optional.empty(),
        Optional.empty());
  }

  public ModelSpec {
    layers = List.copyOf(layers);
    tensors = List.copyOf(tensors);
  }

  /** By id alone: a model is a key of tables, and its tensors are many. */
  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Elements of all weight tensors. */
  public long parameters() {
    return tensors.stream().mapToLong(TensorFacts::elements).sum();
  }

  /**
   * Elements that computing one token uses: of the experts of a layer those that serve the token,
   * and no tables that are only looked up (per-layer embeddings, and the token embedding where
   * another matrix makes the output).
   */
  public long activeParameters() {
    return tensors.stream().mapToLong(this::activeElements).sum();
  }

  private long activeElements(TensorFacts tensor) {
    boolean expert =
        switch (tensor.role()) {
          case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN -> true;
          default -> tensor.name().contains("_exps.bias");
        };
    if (expert && tensor.layer().isPresent()) {
      FeedForward feedForward = layers.get(tensor.layer().getAsInt()).feedForward();
      return feedForward instanceof FeedForward.MixtureOfExperts moe
          ? tensor.elements() / moe.experts() * moe.expertsActive()
          : tensor.elements();
    }
    return switch (tensor.role()) {
      case TOKEN_EMBEDDING -> tiedEmbeddings ? tensor.elements() : 0;
      case PER_LAYER_EMBEDDING -> 0;
      default -> tensor.elements();
    };
  }

  /** The mixture of experts of the first layer that has one. */
  public Optional<FeedForward.MixtureOfExperts> mixtureOfExperts() {
    return layers.stream()
        .map(LayerSpec::feedForward)
        .filter(FeedForward.MixtureOfExperts.class::isInstance)
        .map(FeedForward.MixtureOfExperts.class::cast)
        .findFirst();
  }

  /** The same model with other layers. */
  public ModelSpec withLayers(List<LayerSpec> other) {
    return new ModelSpec(
        id,
        name,
        architecture,
        embeddingSize,
        vocabularySize,
        tiedEmbeddings,
        other,
        tensors,
        maxContext,
        projector,
        predictionHead);
  }

  /** These layers as the model that drafts for this one with its embedding and output matrix. */
  public ModelSpec predictionHead(List<LayerSpec> own, List<TensorFacts> ownTensors) {
    return new ModelSpec(
        id + "#mtp",
        name + " MTP",
        architecture,
        embeddingSize,
        vocabularySize,
        false,
        own,
        ownTensors,
        maxContext);
  }

  /** The same model with what is loaded beside it on request. */
  public ModelSpec with(Optional<Projector> reader, Optional<ModelSpec> head) {
    return new ModelSpec(
        id,
        name,
        architecture,
        embeddingSize,
        vocabularySize,
        tiedEmbeddings,
        layers,
        tensors,
        maxContext,
        reader,
        head);
  }
}
