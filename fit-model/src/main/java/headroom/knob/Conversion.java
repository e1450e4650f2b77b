package headroom.knob;

import headroom.fit.FitQuestion;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.AttentionSpec.Indexer;
import headroom.model.AttentionSpec.LatentAttention;
import headroom.model.AttentionSpec.SlidingWindow;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.quant.AsStored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A model as it would be after another architecture was trained into it, tensors included. */
final class Conversion {
  private final ModelSpec model;

  private Conversion(ModelSpec model) {
    this.model = model;
  }

  /** The question about the converted model; unchanged where a file fixes the tensors. */
  static FitQuestion apply(FitQuestion question, Step step) {
    return question.weights() instanceof AsStored
        ? question
        : question.withModel(step.of(new Conversion(question.model())));
  }

  /** One way to convert. */
  interface Step {
    ModelSpec of(Conversion from);
  }

  /** At most this many key-value heads in every layer. */
  ModelSpec grouped(int kvHeads) {
    List<LayerSpec> layers =
        model.layers().stream()
            .map(
                layer ->
                    switch (layer.attention()) {
                      case GroupedQuery heads -> with(layer, fewer(heads, kvHeads));
                      case SlidingWindow window ->
                          with(
                              layer,
                              new SlidingWindow(
                                  fewer(window.heads(), kvHeads),
                                  window.window(),
                                  window.compression()));
                      default -> layer;
                    })
            .toList();
    List<TensorFacts> tensors =
        model.tensors().stream()
            .map(tensor -> heads(tensor).map(h -> shrunk(tensor, h, kvHeads)).orElse(tensor))
            .toList();
    return with(layers, tensors);
  }

  /** Full grouped-query layers with one latent and one rotary key per token instead. */
  ModelSpec latent(int latentSize, int ropeSize) {
    List<LayerSpec> layers =
        model.layers().stream()
            .map(
                layer ->
                    layer.attention() instanceof GroupedQuery heads
                        ? with(layer, latent(heads, latentSize, ropeSize))
                        : layer)
            .toList();
    List<TensorFacts> tensors = new ArrayList<>();
    for (TensorFacts tensor : model.tensors()) {
      Optional<GroupedQuery> heads = full(tensor);
      if (heads.isEmpty()) {
        tensors.add(tensor);
        continue;
      }
      GroupedQuery h = heads.get();
      long width = model.embeddingSize();
      long queries = (long) h.heads() * (h.keySize() + ropeSize);
      TensorFacts down = part(tensor, "attn_kv_a_mqa", width, (long) latentSize + ropeSize);
      TensorFacts up =
          part(tensor, "attn_kv_b", latentSize, (long) h.heads() * (h.keySize() + h.valueSize()));
      switch (tensor.role()) {
        case ATTENTION_Q -> tensors.add(part(tensor, "attn_q", width, queries));
        case ATTENTION_K -> tensors.add(down);
        case ATTENTION_V -> tensors.add(up);
        case ATTENTION_QKV ->
            tensors.addAll(List.of(part(tensor, "attn_q", width, queries), down, up));
        default -> tensors.add(tensor);
      }
    }
    return with(layers, tensors);
  }

  /** Every second layer of full attention reads the keys and values of the one before. */
  ModelSpec acrossLayers() {
    List<LayerSpec> layers = new ArrayList<>();
    for (LayerSpec layer : model.layers()) {
      boolean pair =
          !layers.isEmpty()
              && layer.attention() instanceof GroupedQuery
              && layer.attention().equals(layers.getLast().attention())
              && layers.getLast().ownsCache();
      layers.add(pair ? new LayerSpec(layer.attention(), layer.feedForward(), false) : layer);
    }
    List<TensorFacts> tensors =
        model.tensors().stream()
            .filter(
                tensor ->
                    switch (tensor.role()) {
                      case ATTENTION_K, ATTENTION_V ->
                          at(tensor).isEmpty() || layers.get(at(tensor).getAsInt()).ownsCache();
                      default -> true;
                    })
            .toList();
    return with(layers, tensors);
  }

  /** Latent layers with an indexer that picks what they read. */
  ModelSpec indexed(Indexer indexer) {
    List<LayerSpec> layers =
        model.layers().stream()
            .map(
                layer ->
                    layer.attention() instanceof LatentAttention a && a.indexer().isEmpty()
                        ? with(
                            layer,
                            new LatentAttention(
                                a.heads(),
                                a.latentSize(),
                                a.queryLatentSize(),
                                a.ropeSize(),
                                a.keySize(),
                                a.valueSize(),
                                Optional.of(indexer)))
                        : layer)
            .toList();
    List<TensorFacts> tensors = new ArrayList<>(model.tensors());
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).attention() instanceof LatentAttention a
          && !a.equals(model.layers().get(i).attention())) {
        long width = model.embeddingSize();
        long query = a.queryLatentSize().orElse(model.embeddingSize());
        long rows = (long) indexer.heads() * indexer.headSize();
        tensors.add(part(i, "indexer.attn_q_b", query, rows));
        tensors.add(part(i, "indexer.attn_k", width, indexer.headSize()));
        tensors.add(part(i, "indexer.proj", width, indexer.heads()));
      }
    }
    return with(layers, tensors);
  }

  /** Dense feed-forward networks as experts of the same size, of which some serve a token. */
  ModelSpec experts(int count, int active) {
    List<LayerSpec> layers =
        model.layers().stream()
            .map(
                layer ->
                    layer.feedForward() instanceof FeedForward.Dense dense
                        ? new LayerSpec(
                            layer.attention(),
                            new FeedForward.MixtureOfExperts(
                                count, active, dense.size(), OptionalInt.empty(), dense.gated()),
                            layer.ownsCache())
                        : layer)
            .toList();
    List<TensorFacts> tensors = new ArrayList<>();
    for (TensorFacts tensor : model.tensors()) {
      long rows = tensor.rows() * count;
      switch (tensor.role()) {
        case FFN_GATE -> tensors.add(part(tensor, "ffn_gate_exps", tensor.rowLength(), rows));
        case FFN_UP -> tensors.add(part(tensor, "ffn_up_exps", tensor.rowLength(), rows));
        case FFN_DOWN -> {
          tensors.add(part(tensor, "ffn_down_exps", tensor.rowLength(), rows));
          tensors.add(part(tensor, "ffn_gate_inp", model.embeddingSize(), count));
        }
        default -> tensors.add(tensor);
      }
    }
    return with(layers, tensors);
  }

  private static GroupedQuery fewer(GroupedQuery heads, int kvHeads) {
    return new GroupedQuery(
        heads.heads(), Math.min(heads.kvHeads(), kvHeads), heads.keySize(), heads.valueSize());
  }

  private static LatentAttention latent(GroupedQuery heads, int latentSize, int ropeSize) {
    return new LatentAttention(
        heads.heads(),
        latentSize,
        OptionalInt.empty(),
        ropeSize,
        heads.keySize(),
        heads.valueSize(),
        Optional.empty());
  }

  private static TensorFacts shrunk(TensorFacts tensor, GroupedQuery heads, int kvHeads) {
    int kept = Math.min(heads.kvHeads(), kvHeads);
    return switch (tensor.role()) {
      case ATTENTION_K, ATTENTION_V ->
          new TensorFacts(
              tensor.name(),
              tensor.role(),
              tensor.layer(),
              tensor.rowLength(),
              tensor.rows() / heads.kvHeads() * kept);
      case ATTENTION_QKV ->
          new TensorFacts(
              tensor.name(),
              tensor.role(),
              tensor.layer(),
              tensor.rowLength(),
              tensor.rows()
                  - (long) (heads.kvHeads() - kept) * (heads.keySize() + heads.valueSize()));
      default -> tensor;
    };
  }

  private static OptionalInt at(TensorFacts tensor) {
    return tensor.layer();
  }

  /** The heads of the tensor's layer, windowed or not. */
  private Optional<GroupedQuery> heads(TensorFacts tensor) {
    if (tensor.layer().isEmpty() || tensor.layer().getAsInt() >= model.layers().size()) {
      return Optional.empty();
    }
    return switch (model.layers().get(tensor.layer().getAsInt()).attention()) {
      case GroupedQuery heads when heads.kvHeads() > 0 -> Optional.of(heads);
      case SlidingWindow window when window.heads().kvHeads() > 0 -> Optional.of(window.heads());
      default -> Optional.empty();
    };
  }

  /** The heads of the tensor's layer where it attends to everything. */
  private Optional<GroupedQuery> full(TensorFacts tensor) {
    return tensor.layer().isPresent()
            && tensor.layer().getAsInt() < model.layers().size()
            && model.layers().get(tensor.layer().getAsInt()).attention()
                instanceof GroupedQuery heads
        ? Optional.of(heads)
        : Optional.empty();
  }

  private static TensorFacts part(TensorFacts of, String stem, long rowLength, long rows) {
    return part(of.layer().orElseThrow(), stem, rowLength, rows);
  }

  private static TensorFacts part(int layer, String stem, long rowLength, long rows) {
    return TensorFacts.named("blk.%d.%s.weight".formatted(layer, stem), rowLength, rows);
  }

  private static LayerSpec with(LayerSpec layer, AttentionSpec attention) {
    return layer.withAttention(attention);
  }

  private ModelSpec with(List<LayerSpec> layers, List<TensorFacts> tensors) {
    return new ModelSpec(
        model.id(),
        model.name(),
        model.architecture(),
        model.embeddingSize(),
        model.vocabularySize(),
        model.tiedEmbeddings(),
        layers,
        tensors,
        model.maxContext());
  }
}
