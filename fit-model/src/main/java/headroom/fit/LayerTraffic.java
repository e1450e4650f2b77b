package headroom.fit;

import headroom.fit.StoredWeights.StoredTensor;
import headroom.model.FeedForward;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.speed.FormatFamily;
import headroom.speed.WeightTraffic;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/** What one token reads of each layer, so that it can be added up by place. */
final class LayerTraffic {
  private static final int FAMILIES = FormatFamily.values().length;
  private static final Map<ModelSpec, Map<WeightFormat, LayerTraffic>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final ModelSpec model;
  private final double[][] denseBytes; // [layers + 1][families]; the last is the output
  private final double[][] denseWeights;
  private final double[][] expertBytes;
  private final double[][] expertWeights;
  private final double[] denseWhole; // [layers + 1]
  private final double[] expertWhole;
  private final double expertShare;

  private LayerTraffic(ModelSpec model, StoredWeights stored, double feedForward) {
    this.model = model;
    int parts = model.layers().size() + 1;
    denseBytes = new double[parts][FAMILIES];
    denseWeights = new double[parts][FAMILIES];
    expertBytes = new double[parts][FAMILIES];
    expertWeights = new double[parts][FAMILIES];
    denseWhole = new double[parts];
    expertWhole = new double[parts];
    expertShare = ModelTraffic.expertShare(model);
    for (StoredTensor tensor : stored.tensors()) {
      double read = TokenTraffic.shareRead(tensor.facts(), model);
      if (read == 0) {
        continue;
      }
      double share = ModelTraffic.isFeedForward(tensor.facts()) ? read * feedForward : read;
      // An embedding that is read whole is the tied output.
      int part = Math.min(tensor.facts().layer().orElse(parts - 1), parts - 1);
      int family = FormatFamily.of(tensor.format()).ordinal();
      boolean expert = LayerTable.isExpert(tensor.facts());
      long bytes = tensor.bytes().value();
      (expert ? expertBytes : denseBytes)[part][family] += bytes * share;
      (expert ? expertWeights : denseWeights)[part][family] += tensor.facts().elements() * share;
      (expert ? expertWhole : denseWhole)[part] += bytes;
    }
  }

  /** Of the question's model and format, with what sparse activations skip left out. */
  static LayerTraffic of(FitQuestion question) {
    ModelSpec model = question.model();
    WeightFormat format = question.weights();
    if (question.techniques().feedForwardShare().isPresent()) {
      double share = question.techniques().feedForwardShare().getAsDouble();
      return new LayerTraffic(model, StoredWeights.of(model, format), share);
    }
    return KNOWN
        .computeIfAbsent(model, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(format, key -> new LayerTraffic(model, StoredWeights.of(model, key), 1));
  }

  /**
   * What a token reads at one place.
   *
   * @param place a card's index or {@link Layout#HOST}
   * @param withHost true where the place computes with the host's weights too
   */
  WeightTraffic at(Layout layout, int place, boolean withHost) {
    double[] bytes = new double[FAMILIES];
    double[] weights = new double[FAMILIES];
    double[] chosenBytes = new double[FAMILIES];
    double[] chosenWeights = new double[FAMILIES];
    double whole = 0;
    int layers = 0;
    int experts = 0;
    int states = 0;
    int count = layout.layers();
    for (int part = 0; part <= count; part++) {
      int dense = part == count ? layout.output() : layout.dense(part);
      int chosen = part == count ? layout.output() : layout.experts(part);
      if (isHere(dense, place, withHost)) {
        add(bytes, denseBytes[part]);
        add(weights, denseWeights[part]);
        whole += denseWhole[part];
        layers += part == count ? 0 : 1;
        states += part < count && ModelTraffic.hasState(model.layers().get(part)) ? 1 : 0;
      }
      if (isHere(chosen, place, withHost)) {
        add(chosenBytes, expertBytes[part]);
        add(chosenWeights, expertWeights[part]);
        whole += expertWhole[part];
        experts += part < count && hasExperts(part) ? 1 : 0;
      }
    }
    return new WeightTraffic(
        bytes,
        chosenBytes,
        weights,
        chosenWeights,
        whole,
        layers,
        experts,
        states,
        expertShare,
        model.embeddingSize());
  }

  private static boolean isHere(int at, int place, boolean withHost) {
    return at == place || (withHost && at == Layout.HOST);
  }

  private boolean hasExperts(int layer) {
    return model.layers().get(layer).feedForward() instanceof FeedForward.MixtureOfExperts;
  }

  private static void add(double[] sum, double[] part) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += part[i];
    }
  }
}
