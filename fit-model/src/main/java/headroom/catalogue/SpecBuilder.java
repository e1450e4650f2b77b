package headroom.catalogue;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From the tables of a model file to its layers and tensors. */
final class SpecBuilder {
  private final CatalogueModel model;
  private final Shape.Architecture architecture;
  private final ArchitectureTraits traits;
  private final LayerPlan plan;
  private final long width;

  private SpecBuilder(CatalogueModel model) {
    this.model = model;
    this.architecture = model.architecture();
    this.traits = ArchitectureTraits.of(architecture.gguf());
    this.plan = new LayerPlan(model, traits);
    this.width = architecture.embeddingSize();
  }

  static ModelSpec build(CatalogueModel model) {
    return new SpecBuilder(model).build();
  }

  private ModelSpec build() {
    List<LayerSpec> layers = new ArrayList<>();
    List<TensorFacts> tensors = new ArrayList<>(outside().tensors());
    for (int layer = 0; layer < architecture.layers(); layer++) {
      TensorList list = TensorList.ofLayer(layer);
      layers.add(layer(layer, list));
      tensors.addAll(list.tensors());
    }
    if (isCompressed()) {
      tensors.addAll(CompressedAttention.tensors(model, tensors));
    }
    ModelSpec spec =
        new ModelSpec(
            model.id(),
            model.name(),
            architecture.gguf(),
            architecture.embeddingSize(),
            architecture.vocabularySize(),
            architecture.tiedEmbeddings(),
            layers,
            tensors,
            model.maxContextTokens());
    return spec.with(model.vision().map(vision -> vision.projector(model.name())), head(spec));
  }

  /**
   * The layer for multi-token prediction: the last attention layer and feed-forward network of the
   * model once more, behind a matrix that joins embedding and stream (DeepSeek-V3, arXiv
   * 2412.19437, section 2.2; {@code nextn} tensors of llama.cpp). Empty where the model has none or
   * its shape is not known here.
   */
  private Optional<ModelSpec> head(ModelSpec spec) {
    boolean known =
        architecture.mtpLayers().orElse(0) > 0
            && !traits.oneMixerPerLayer()
            && !isCompressed()
            && model.attention().isPresent();
    if (!known) {
      return Optional.empty();
    }
    int last = architecture.layers() - 1;
    while (last > 0 && plan.isRecurrent(last)) {
      last--;
    }
    List<LayerSpec> layers = new ArrayList<>();
    List<TensorFacts> tensors = new ArrayList<>();
    for (int i = 0; i < architecture.mtpLayers().getAsInt(); i++) {
      TensorList list = TensorList.ofLayer(architecture.layers() + i);
      layers.add(layer(last, list).withoutIndexer());
      list.matrix("nextn.eh_proj", 2 * width, width)
          .vector("nextn.enorm", width)
          .vector("nextn.hnorm", width)
          .vector("nextn.shared_head_norm", width);
      for (TensorFacts tensor : list.tensors()) {
        if (tensor.role() != TensorRole.INDEXER && !tensor.name().contains("indexer.")) {
          tensors.add(tensor.inLayer(i));
        }
      }
    }
    return Optional.of(spec.predictionHead(layers, tensors));
  }

  private boolean isCompressed() {
    return model.attention().filter(a -> !a.compressionRatios().isEmpty()).isPresent();
  }

  private TensorList outside() {
    TensorList list =
        TensorList.outsideLayers().matrix("token_embd", width, architecture.vocabularySize());
    // LFM 2 has its last norm under another name (LLM_TENSOR_OUTPUT_NORM_LFM2 of llama.cpp).
    norm(list, architecture.gguf().startsWith("lfm2") ? "token_embd_norm" : "output_norm");
    if (!architecture.tiedEmbeddings()) {
      list.matrix("output", width, architecture.vocabularySize());
    }
    if (traits.headBias()) {
      list.bias("output", architecture.vocabularySize());
    }
    if (architecture.gguf().equals("rwkv7")) {
      list.bias("output_norm", width)
          .vector("token_embd_norm", width)
          .bias("token_embd_norm", width);
    }
    model.perLayerEmbeddings().ifPresent(embeddings -> perLayer(list, embeddings));
    return list;
  }

  private LayerSpec layer(int layer, TensorList list) {
    traits.norms().forEach(name -> norm(list, name));
    AttentionSpec attention = plan.isRecurrent(layer) ? recurrent(list) : plan.attention(layer);
    if (!(attention instanceof AttentionSpec.Recurrent)
        && !(attention instanceof AttentionSpec.None)
        && !isCompressed()) {
      new AttentionTensors(model, traits)
          .add(
              list,
              model.attention().orElseThrow(),
              attention,
              plan.isGlobal(layer),
              plan.ownsCache(layer));
    }
    FeedForward feedForward = plan.feedForward(layer);
    new FeedForwardTensors(model, traits).add(list, feedForward);
    model.perLayerEmbeddings().ifPresent(embeddings -> perLayerOf(list, embeddings));
    if (architecture.gguf().equals("gemma4")) {
      list.vector("layer_output_scale", 1);
    }
    return new LayerSpec(attention, feedForward, plan.ownsCache(layer));
  }

  private AttentionSpec recurrent(TensorList list) {
    Mixer mixer = model.recurrent().orElseThrow();
    long before = list.elements();
    new RecurrentTensors(architecture).add(list, mixer);
    return new AttentionSpec.Recurrent(
        mixer.kind(),
        mixer.convolutionElementsPerLayer(),
        mixer.stateElementsPerLayer(),
        list.elements() - before);
  }

  private void norm(TensorList list, String name) {
    list.vector(name, width);
    if (traits.normBiases()) {
      list.bias(name, width);
    }
  }

  private void perLayer(TensorList list, Shape.PerLayerEmbeddings embeddings) {
    long all = (long) embeddings.size() * architecture.layers();
    list.matrix("per_layer_token_embd", all, embeddings.vocabularySize())
        .matrix("per_layer_model_proj", width, all)
        .vector("per_layer_proj_norm", embeddings.size());
    embeddings
        .altupInputs()
        .ifPresent(
            inputs ->
                list.matrix("altup_proj", width, width * (inputs - 1))
                    .matrix("altup_unembd_proj", width, width * (inputs - 1)));
  }

  private void perLayerOf(TensorList list, Shape.PerLayerEmbeddings embeddings) {
    list.matrix("inp_gate", width, embeddings.size())
        .matrix("proj", embeddings.size(), width)
        .vector("post_norm", width);
    embeddings
        .laurelRank()
        .ifPresent(
            rank ->
                list.matrix("laurel_l", width, rank)
                    .matrix("laurel_r", rank, width)
                    .vector("laurel_post_norm", width));
    embeddings
        .altupInputs()
        .ifPresent(
            inputs -> {
              long square = (long) inputs * inputs;
              list.plain("altup_correct_coef.weight", inputs, inputs)
                  .plain("altup_correct_scale.weight", width, 1)
                  .plain("altup_predict_coef.weight", inputs, square)
                  .plain("altup_router.weight", width, inputs)
                  .vector("altup_router_norm", width);
            });
  }
}
