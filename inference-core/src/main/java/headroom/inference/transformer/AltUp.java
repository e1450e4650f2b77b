package headroom.inference.transformer;

import java.util.List;

/**
 * Alternating updates (arXiv 2301.13310) as Gemma 3n has them: several residual streams, of which a
 * layer works on the first alone, and predicts what becomes of the others.
 *
 * @param spread [embedding, embedding] from the first stream to each of the others, in the
 *     beginning
 * @param gather [embedding, embedding] of each of the others, before they are averaged in the end
 */
public record AltUp(List<Projection> spread, List<Projection> gather) {
  public AltUp {
    spread = List.copyOf(spread);
    gather = List.copyOf(gather);
  }

  /** Streams, the first included. */
  int streams() {
    return spread.size() + 1;
  }

  /**
   * What one layer knows of the streams.
   *
   * @param routerNorm of the first stream, before the router
   * @param router [streams][embedding]
   * @param predict [streams * streams][streams] how much of each stream (inner) each gets (outer)
   * @param correct [streams][streams] how much of what the layer found out each stream gets, less 1
   * @param correctScale [embedding] of the first stream, before per-layer embeddings see it
   * @param laurel a short way around attention
   */
  public record Layer(
      Norm routerNorm,
      float[][] router,
      float[][] predict,
      float[][] correct,
      float[] correctScale,
      Laurel laurel) {}

  /**
   * A learnt augmented residual (LAuReL, arXiv 2411.07501) of low rank: norm(up(down(x))) + x.
   *
   * @param down [rank, embedding]
   * @param up [embedding, rank]
   * @param norm [embedding]
   */
  public record Laurel(Projection down, Projection up, Norm norm) {}
}
