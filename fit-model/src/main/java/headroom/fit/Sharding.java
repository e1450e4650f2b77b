package headroom.fit;

import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one of several cards has of a model under tensor parallelism (Shoeybi et al. 2019, arXiv
 * 1909.08053): a part of the heads and of the columns of every matrix. Key-value heads are repeated
 * where there are fewer than cards, a latent cache is whole on each, norms and routers are too.
 */
final class Sharding {
  static final String SOURCE =
      "tensor parallelism: arXiv 1909.08053, section 3; vLLM keeps max(1, KV heads / cards) heads"
          + " on each card and a latent cache whole";

  private static final Map<ModelSpec, Map<Integer, ModelSpec>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Sharding() {}

  /** One of {@code cards} equal parts; a part that does not divide is rounded up. */
  static ModelSpec part(ModelSpec model, int cards) {
    return KNOWN
        .computeIfAbsent(model, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(cards, count -> cut(model, count));
  }

  private static ModelSpec cut(ModelSpec model, int cards) {
    List<LayerSpec> layers =
        model.layers().stream()
            .map(
                layer ->
                    new LayerSpec(
                        attention(layer.attention(), cards),
                        feedForward(layer.feedForward(), cards),
                        layer.ownsCache(),
                        layer.beside().map(state -> part(state, cards))))
            .toList();
    List<TensorFacts> tensors =
        model.tensors().stream().map(tensor -> tensor(tensor, model, cards)).toList();
    return new ModelSpec(
        model.id() + "/" + cards,
        model.name(),
        model.architecture(),
        model.embeddingSize(),
        part(model.vocabularySize(), cards),
        model.tiedEmbeddings(),
        layers,
        tensors,
        model.maxContext(),
        model.projector().map(projector -> projector.part(cards)),
        model.predictionHead().map(head -> cut(head, cards)));
  }

  private static AttentionSpec attention(AttentionSpec attention, int cards) {
    return switch (attention) {
      case GroupedQuery heads -> heads(heads, cards);
      case AttentionSpec.SlidingWindow sliding ->
          new AttentionSpec.SlidingWindow(
              heads(sliding.heads(), cards), sliding.window(), sliding.compression());
      case AttentionSpec.LatentAttention latent ->
          new AttentionSpec.LatentAttention(
              part(latent.heads(), cards),
              latent.latentSize(),
              latent.queryLatentSize(),
              latent.ropeSize(),
              latent.keySize(),
              latent.valueSize(),
              latent.indexer());
      case AttentionSpec.Recurrent state -> part(state, cards);
      case AttentionSpec.None none -> none;
    };
  }

  private static AttentionSpec.Recurrent part(AttentionSpec.Recurrent state, int cards) {
    return new AttentionSpec.Recurrent(
        state.kind(),
        Math.ceilDiv(state.convolutionElements(), cards),
        Math.ceilDiv(state.stateElements(), cards),
        Math.ceilDiv(state.weightElements(), cards));
  }

  private static GroupedQuery heads(GroupedQuery heads, int cards) {
    return new GroupedQuery(
        part(heads.heads(), cards),
        part(heads.kvHeads(), cards),
        heads.keySize(),
        heads.valueSize());
  }

  private static FeedForward feedForward(FeedForward feedForward, int cards) {
    return switch (feedForward) {
      case FeedForward.Dense dense ->
          new FeedForward.Dense(part(dense.size(), cards), dense.gated());
      case FeedForward.MixtureOfExperts moe ->
          new FeedForward.MixtureOfExperts(
              moe.experts(),
              moe.expertsActive(),
              part(moe.expertSize(), cards),
              moe.sharedSize().isPresent()
                  ? OptionalInt.of(part(moe.sharedSize().getAsInt(), cards))
                  : OptionalInt.empty(),
              moe.gated());
      case FeedForward.None none -> none;
    };
  }

  /** Rows stand for rows and columns alike: a part of either has the same bytes. */
  private static TensorFacts tensor(TensorFacts tensor, ModelSpec model, int cards) {
    boolean whole =
        tensor.rows() == 1
            || tensor.role() == TensorRole.UNQUANTISED
            || tensor.role() == TensorRole.ROUTER
            || tensor.role() == TensorRole.INDEXER
            || tensor.name().contains("attn_kv_a")
            || tensor.name().contains("attn_q_a");
    if (whole) {
      return tensor;
    }
    boolean keyOrValue =
        tensor.role() == TensorRole.ATTENTION_K || tensor.role() == TensorRole.ATTENTION_V;
    int kept = keyOrValue ? Math.min(cards, keyValueHeads(tensor, model, cards)) : cards;
    return new TensorFacts(
        tensor.name(),
        tensor.role(),
        tensor.layer(),
        tensor.rowLength(),
        Math.ceilDiv(tensor.rows(), kept));
  }

  private static int keyValueHeads(TensorFacts tensor, ModelSpec model, int unknown) {
    int layer = tensor.layer().orElse(-1);
    if (layer < 0 || layer >= model.layers().size()) {
      return unknown;
    }
    return switch (model.layers().get(layer).attention()) {
      case GroupedQuery heads -> Math.max(1, heads.kvHeads());
      case AttentionSpec.SlidingWindow sliding -> Math.max(1, sliding.heads().kvHeads());
      default -> unknown;
    };
  }

  private static int part(int whole, int cards) {
    return Math.ceilDiv(whole, cards);
  }
}
