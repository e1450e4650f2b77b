package headroom.speed;

import java.util.List;

/**
 * What one token reads and multiplies of a model's weights, by family of format.
 *
 * @param denseBytes bytes of matrices that every token reads
 * @param expertBytes bytes of the experts that one token reads
 * @param denseWeights weights in the former
 * @param expertWeights weights in the latter
 * @param wholeBytes bytes of all of them, experts that one token does not need included
 * @param layers layers
 * @param expertLayers layers with experts
 * @param stateLayers layers with a recurrent state
 * @param expertShare experts that serve a token over all experts; 1 where there are none
 * @param width elements of the residual stream
 */
public record WeightTraffic(
    double[] denseBytes,
    double[] expertBytes,
    double[] denseWeights,
    double[] expertWeights,
    double wholeBytes,
    double layers,
    double expertLayers,
    double stateLayers,
    double expertShare,
    int width) {

  /** The same of a part of the layers. */
  public WeightTraffic times(double share) {
    return new WeightTraffic(
        times(denseBytes, share),
        times(expertBytes, share),
        times(denseWeights, share),
        times(expertWeights, share),
        wholeBytes * share,
        layers * share,
        expertLayers * share,
        stateLayers * share,
        expertShare,
        width);
  }

  /** The same with this part of the rows of every dense matrix. */
  public WeightTraffic withDense(double share) {
    return new WeightTraffic(
        times(denseBytes, share),
        expertBytes,
        times(denseWeights, share),
        expertWeights,
        wholeBytes - (1 - share) * sum(denseBytes),
        layers,
        expertLayers,
        stateLayers,
        expertShare,
        width);
  }

  /** Parts of one model put together; at least one. */
  public static WeightTraffic sum(List<WeightTraffic> parts) {
    WeightTraffic sum = parts.getFirst().times(1);
    double whole = 0;
    double layers = 0;
    double expertLayers = 0;
    double stateLayers = 0;
    for (WeightTraffic part : parts) {
      whole += part.wholeBytes;
      layers += part.layers;
      expertLayers += part.expertLayers;
      stateLayers += part.stateLayers;
      for (int i = 0; part != parts.getFirst() && i < sum.denseBytes.length; i++) {
        sum.denseBytes[i] += part.denseBytes[i];
        sum.expertBytes[i] += part.expertBytes[i];
        sum.denseWeights[i] += part.denseWeights[i];
        sum.expertWeights[i] += part.expertWeights[i];
      }
    }
    return new WeightTraffic(
        sum.denseBytes,
        sum.expertBytes,
        sum.denseWeights,
        sum.expertWeights,
        whole,
        layers,
        expertLayers,
        stateLayers,
        sum.expertShare,
        sum.width);
  }

  /** The same with so many times the bytes of experts, as several tokens choose different ones. */
  public WeightTraffic withExperts(double factor) {
    return new WeightTraffic(
        denseBytes,
        times(expertBytes, factor),
        denseWeights,
        times(expertWeights, factor),
        wholeBytes,
        layers,
        expertLayers,
        stateLayers,
        expertShare,
        width);
  }

  /**
   * How many times the experts of one token so many tokens need together, where they choose
   * independently: all but the {@code (1 - share)^tokens} that none of them chose.
   */
  public double chosenBy(int tokens) {
    return expertShare == 1 ? 1 : (1 - Math.pow(1 - expertShare, tokens)) / expertShare;
  }

  /** Bytes that one token reads. */
  public double bytes() {
    return sum(denseBytes) + sum(expertBytes);
  }

  /** Weights that one token is multiplied with. */
  public double weights() {
    return sum(denseWeights) + sum(expertWeights);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double[] times(double[] values, double factor) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * factor;
    }
    return scaled;
  }
}
