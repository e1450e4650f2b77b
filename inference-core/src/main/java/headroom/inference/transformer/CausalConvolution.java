package headroom.inference.transformer;

import org.jspecify.annotations.Nullable;

/**
 * A convolution over the newest tokens, each channel by itself ({@code ggml_ssm_conv}).
 *
 * @param weight [taps, channels], the newest token's last
 * @param bias [channels]; null where there is none
 * @param channels elements per token
 * @param taps tokens that one result depends on
 */
public record CausalConvolution(float[] weight, float @Nullable [] bias, int channels, int taps) {

  /** Elements of the inputs that the next token needs: [taps - 1, channels], the oldest first. */
  public int stateSize() {
    return (taps - 1) * channels;
  }

  /**
   * Convolves some channels of one sequence in place.
   *
   * @param x [tokens, stride], its first channel at {@code offset}
   * @param state of the tokens before, then of these
   */
  void apply(
      float[] x, int offset, int stride, int tokens, float[] state, int firstChannel, int count) {
    int newest = (taps - 1) * channels + firstChannel;
    for (int t = 0; t < tokens; t++) {
      int at = offset + t * stride + firstChannel;
      for (int c = 0; c < count; c++) {
        float input = x[at + c];
        float sum = input * weight[newest + c] + (bias == null ? 0 : bias[firstChannel + c]);
        for (int tap = 0; tap < taps - 1; tap++) {
          int cell = tap * channels + firstChannel + c;
          sum += state[cell] * weight[cell];
          state[cell] = tap < taps - 2 ? state[cell + channels] : input;
        }
        x[at + c] = sum;
      }
    }
  }
}
