package headroom.inference.transformer;

import headroom.inference.kvcache.StateShape;

/**
 * Gated delta net (Yang et al. 2024, arXiv 2412.06464) as Qwen 3 Next and 3.5 have it: each value
 * head keeps a matrix that decays, forgets what its key held before, and is read with its query.
 *
 * @param heads how many, and how keys are shared
 * @param mixed [2 * keyHeads * size + valueHeads * size, embedding] makes queries, keys, values
 * @param gate [valueHeads * size, embedding]; its SiLU multiplies the normed result
 * @param strength [valueHeads, embedding] whose sigmoid is β, how much of a value is written
 * @param decay [valueHeads, embedding] before its bias and softplus
 * @param decayBias [valueHeads]
 * @param decayFactor [valueHeads] below 0; with it the softplus is the logarithm of the decay
 * @param convolution over what {@code mixed} makes
 * @param epsilon least length that queries and keys are divided by
 * @param norm [size] of each head's result
 * @param output [embedding, valueHeads * size]
 */
public record GatedDeltaNet(
    Heads heads,
    Projection mixed,
    Projection gate,
    Projection strength,
    Projection decay,
    float[] decayBias,
    float[] decayFactor,
    CausalConvolution convolution,
    float epsilon,
    RmsNorm norm,
    Projection output)
    implements TokenMixer {

  /**
   * @param keys heads of queries and keys
   * @param values heads of values, a multiple
   * @param size elements of each
   * @param neighbours true where neighbouring value heads share a key (Qwen 3 Next), false where
   *     those do that are {@code keys} apart
   */
  public record Heads(int keys, int values, int size, boolean neighbours) {
    int keyOf(int value) {
      return neighbours ? value / (values / keys) : value % keys;
    }
  }

  @Override
  public StateShape cache() {
    return new StateShape(convolution.stateSize(), heads.values() * heads.size() * heads.size());
  }

  @Override
  public Widths widths() {
    return new Widths(
        mixed.rows(), strength.rows(), decay.rows(), output.matrix().columns(), gate.rows());
  }
}
