package headroom.inference.transformer;

import headroom.inference.kvcache.StateShape;

/**
 * The gated short convolution of LFM 2 (arXiv 2511.23404): out(c * convolution(b * x)).
 *
 * @param in [3 * channels, embedding] makes b, c and x
 * @param convolution over b * x
 * @param out [embedding, channels]
 */
public record ShortConvolution(Projection in, CausalConvolution convolution, Projection out)
    implements TokenMixer {
  @Override
  public StateShape cache() {
    return new StateShape(convolution.stateSize(), 0);
  }

  @Override
  public Widths widths() {
    return new Widths(in.rows(), 0, 0, convolution.channels(), 0);
  }
}
