package headroom.inference.transformer;

import headroom.inference.kvcache.StateShape;

/**
 * Mamba 2's selective state space (Dao and Gu 2024, arXiv 2405.21060): each head keeps a matrix
 * that decays as its time step says, and is written and read with the vectors B and C of its group.
 *
 * @param heads how many, and of which sizes
 * @param in [2 * inner + 2 * groups * stateSize + heads, embedding] makes the gate z, then x, B and
 *     C, which the convolution mixes, then time steps
 * @param convolution over x, B and C
 * @param timeBias [heads] before the softplus of time steps
 * @param decay [heads] A, below 0
 * @param skip [heads] D, how much of x passes by the state
 * @param norm over the gated result, each group by itself
 * @param output [embedding, inner]
 */
public record StateSpace(
    Heads heads,
    Projection in,
    CausalConvolution convolution,
    float[] timeBias,
    float[] decay,
    float[] skip,
    HeadNorms norm,
    Projection output)
    implements TokenMixer {

  /**
   * @param count heads
   * @param size elements of x of one head
   * @param stateSize elements of B and C
   * @param groups of neighbouring heads that share B and C
   */
  public record Heads(int count, int size, int stateSize, int groups) {
    /** Elements of x. */
    public int inner() {
      return count * size;
    }

    int groupOf(int head) {
      return head / (count / groups);
    }
  }

  @Override
  public StateShape cache() {
    return new StateShape(convolution.stateSize(), heads.inner() * heads.stateSize());
  }

  @Override
  public Widths widths() {
    return new Widths(in.rows(), 0, 0, output.matrix().columns(), 0);
  }
}
