package headroom.inference.quantize;

import headroom.quant.QuantFormat;
import headroom.units.Bytes;

/**
 * What a tensor became.
 *
 * @param name in both files
 * @param source format before
 * @param target format after
 * @param bytes its size after
 * @param elements its weights
 * @param squaredError sum of (after - before)² over its weights; 0 where it was copied
 * @param squaredWeights sum of before² over its weights; 0 where it was copied
 */
public record QuantizedTensor(
    String name,
    QuantFormat source,
    QuantFormat target,
    Bytes bytes,
    long elements,
    double squaredError,
    double squaredWeights) {

  /** Root mean square error as a share of the weights' root mean square; 0 for zeros. */
  public double relativeError() {
    return squaredWeights > 0 ? Math.sqrt(squaredError / squaredWeights) : 0;
  }
}
