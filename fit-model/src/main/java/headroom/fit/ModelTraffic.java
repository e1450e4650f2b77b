package headroom.fit;

import headroom.fit.StoredWeights.StoredTensor;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.quant.WeightFormat;
import headroom.speed.FormatFamily;
import headroom.speed.WeightTraffic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What speed needs of a model in one format, added up once.
 *
 * @param weights what one token reads and multiplies
 * @param mixers kinds of attention and how many layers have each
 */
record ModelTraffic(WeightTraffic weights, List<Mixers> mixers) {

  /**
   * Layers of one kind of attention.
   *
   * @param attention the kind
   * @param layers how many have it
   */
  record Mixers(AttentionSpec attention, int layers) {}

  private static final int FAMILIES = FormatFamily.values().length;
  private static final Map<ModelSpec, Map<WeightFormat, ModelTraffic>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  ModelTraffic {
    mixers = List.copyOf(mixers);
  }

  /** Of the question's model and format, with what sparse activations skip left out. */
  static ModelTraffic of(FitQuestion question) {
    if (question.techniques().feedForwardShare().isPresent()) {
      return build(
          question.model(),
          question.weights(),
          question.techniques().feedForwardShare().getAsDouble());
    }
    ModelSpec model = question.model();
    Map<WeightFormat, ModelTraffic> known = KNOWN.get(model);
    if (known == null) {
      known = KNOWN.computeIfAbsent(model, key -> new ConcurrentHashMap<>());
    }
    ModelTraffic traffic = known.get(question.weights());
    return traffic != null
        ? traffic
        : known.computeIfAbsent(question.weights(), key -> build(model, key, 1));
  }

  private static ModelTraffic build(ModelSpec model, WeightFormat format, double feedForward) {
    Map<AttentionSpec, Integer> layers = new LinkedHashMap<>();
    for (LayerSpec layer : model.layers()) {
      layers.merge(layer.attention(), 1, Integer::sum);
      if (layer.beside().isPresent()) {
        layers.merge(layer.beside().get(), 1, Integer::sum);
      }
    }
    List<Mixers> mixers = new ArrayList<>();
    layers.forEach((attention, count) -> mixers.add(new Mixers(attention, count)));
    return new ModelTraffic(weights(model, StoredWeights.of(model, format), feedForward), mixers);
  }

  private static WeightTraffic weights(ModelSpec model, StoredWeights stored, double feedForward) {
    double[] denseBytes = new double[FAMILIES];
    double[] expertBytes = new double[FAMILIES];
    double[] denseWeights = new double[FAMILIES];
    double[] expertWeights = new double[FAMILIES];
    double whole = 0;
    for (StoredTensor tensor : stored.tensors()) {
      TensorFacts facts = tensor.facts();
      double read = TokenTraffic.shareRead(facts, model);
      if (read == 0) {
        continue;
      }
      double share = isFeedForward(facts) ? read * feedForward : read;
      int family = FormatFamily.of(tensor.format()).ordinal();
      boolean expert = isExpert(facts);
      (expert ? expertBytes : denseBytes)[family] += tensor.bytes().value() * share;
      (expert ? expertWeights : denseWeights)[family] += facts.elements() * share;
      whole += tensor.bytes().value();
    }
    int experts = 0;
    int states = 0;
    for (LayerSpec layer : model.layers()) {
      experts += layer.feedForward() instanceof FeedForward.MixtureOfExperts ? 1 : 0;
      states += hasState(layer) ? 1 : 0;
    }
    return new WeightTraffic(
        denseBytes,
        expertBytes,
        denseWeights,
        expertWeights,
        whole,
        model.layers().size(),
        experts,
        states,
        expertShare(model),
        model.embeddingSize());
  }

  static boolean hasState(LayerSpec layer) {
    return layer.attention() instanceof AttentionSpec.Recurrent || layer.beside().isPresent();
  }

  /** Experts that serve a token over all experts; 1 where there are none. */
  static double expertShare(ModelSpec model) {
    return model
        .mixtureOfExperts()
        .map(moe -> (double) moe.expertsActive() / moe.experts())
        .orElse(1.0);
  }

  private static boolean isExpert(TensorFacts tensor) {
    return switch (tensor.role()) {
      case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN -> true;
      default -> false;
    };
  }

  static boolean isFeedForward(TensorFacts tensor) {
    return switch (tensor.role()) {
      case FFN_GATE, FFN_UP, FFN_DOWN, SHARED_EXPERT_GATE, SHARED_EXPERT_UP, SHARED_EXPERT_DOWN ->
          true;
      default -> isExpert(tensor);
    };
  }
}
