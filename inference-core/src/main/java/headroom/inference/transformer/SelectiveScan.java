package headroom.inference.transformer;

import headroom.inference.kvcache.StateShape;
import org.jspecify.annotations.Nullable;

/**
 * Mamba's selective scan (Gu and Dao 2023, arXiv 2312.00752, section 3): every channel keeps a
 * vector that decays as its time step says, and is written and read with the vectors B and C.
 *
 * @param in [2 * inner, embedding] makes x, then the gate z
 * @param convolution over x
 * @param selection [rank + 2 * stateSize, inner] makes the compressed time steps, B and C
 * @param timeStep [inner, rank], with its bias
 * @param decay [stateSize, inner] A, below 0
 * @param skip [inner] D, how much of x passes by the state
 * @param norms of what {@code selection} makes; null where nothing is normed
 * @param output [embedding, inner]
 */
public record SelectiveScan(
    Projection in,
    CausalConvolution convolution,
    Projection selection,
    Projection timeStep,
    float[] decay,
    float[] skip,
    @Nullable Norms norms,
    Projection output)
    implements TokenMixer {

  /**
   * Norms over time steps, B and C (Falcon Mamba, Jamba).
   *
   * @param timeStep [rank]
   * @param written [stateSize] of B
   * @param read [stateSize] of C
   */
  public record Norms(RmsNorm timeStep, RmsNorm written, RmsNorm read) {}

  int inner() {
    return skip.length;
  }

  int rank() {
    return timeStep.matrix().columns();
  }

  int stateSize() {
    return decay.length / skip.length;
  }

  @Override
  public StateShape cache() {
    return new StateShape(convolution.stateSize(), decay.length);
  }

  @Override
  public Widths widths() {
    return new Widths(in.rows(), selection.rows(), rank(), inner(), inner());
  }
}
