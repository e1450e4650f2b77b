package headroom.inference.architecture;

import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.HeadNorms;
import headroom.inference.transformer.Norm;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.StateSpace;
import java.util.stream.IntStream;

/** Mamba 2 as files store it. */
final class StateSpaceReader {
  private final ModelReader in;
  private final StateSpace.Heads heads;
  private final int taps;

  StateSpaceReader(ModelReader in) {
    this.in = in;
    this.taps = in.count("ssm.conv_kernel");
    int inner = in.count("ssm.inner_size");
    int count = in.count("ssm.time_step_rank");
    int groups = in.count("ssm.group_count");
    if (inner % count != 0 || count % groups != 0) {
      throw in.fault(
          "keys '….ssm.inner_size', '….time_step_rank' and '….group_count' are %d, %d and %d;"
              + " wanted each a multiple of the next",
          inner, count, groups);
    }
    this.heads = new StateSpace.Heads(count, inner / count, in.count("ssm.state_size"), groups);
  }

  StateSpace read(LayerReader layer) {
    int inner = heads.inner();
    int mixed = layer.rows("ssm_conv1d.weight", inner + 2L * heads.groups() * heads.stateSize());
    int rows = layer.rows("ssm_in.weight", (long) inner + mixed + heads.count());
    return new StateSpace(
        heads,
        layer.projection("ssm_in", layer.embedding(), rows),
        layer.convolution("ssm_conv1d", mixed, taps),
        in.vector(layer.name("ssm_dt.bias"), heads.count()),
        column(layer.name("ssm_a")),
        column(layer.name("ssm_d")),
        norms(layer),
        layer.projection("ssm_out", inner, layer.embedding()));
  }

  /** One number for each head, stored as a matrix of one column. */
  private float[] column(String name) {
    Tensor stored = in.tensor(name, 1, heads.count());
    float[] values = new float[heads.count()];
    for (int head = 0; head < values.length; head++) {
      values[head] = ModelReader.row(stored, head)[0];
    }
    return values;
  }

  private HeadNorms norms(LayerReader layer) {
    Tensor weights =
        in.tensor(layer.name("ssm_norm.weight"), heads.inner() / heads.groups(), heads.groups());
    return new HeadNorms(
        IntStream.range(0, heads.groups())
            .mapToObj(g -> (Norm) new RmsNorm(ModelReader.row(weights, g), in.epsilon()))
            .toList());
  }
}
