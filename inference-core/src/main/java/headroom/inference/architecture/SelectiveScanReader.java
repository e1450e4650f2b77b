package headroom.inference.architecture;

import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.SelectiveScan;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Mamba's selective scan as files store it. */
final class SelectiveScanReader {
  private final ModelReader in;
  private final int inner;
  private final int size;
  private final int rank;
  private final int taps;

  SelectiveScanReader(ModelReader in) {
    this.in = in;
    this.inner = in.count("ssm.inner_size");
    this.size = in.count("ssm.state_size");
    this.rank = in.count("ssm.time_step_rank");
    this.taps = in.count("ssm.conv_kernel");
  }

  SelectiveScan read(LayerReader layer) {
    int embedding = layer.embedding();
    return new SelectiveScan(
        layer.projection("ssm_in", embedding, layer.rows("ssm_in.weight", 2L * inner)),
        layer.convolution("ssm_conv1d", inner, taps),
        layer.projection("ssm_x", inner, layer.rows("ssm_x.weight", rank + 2L * size)),
        layer.projection("ssm_dt", rank, inner),
        decay(layer.name("ssm_a")),
        in.vector(layer.name("ssm_d"), inner),
        norms(layer),
        layer.projection("ssm_out", inner, embedding));
  }

  /** Stored channel by channel, kept number by number. */
  private float[] decay(String name) {
    Tensor stored = in.tensor(name, size, inner);
    float[] decay = new float[size * inner];
    for (int channel = 0; channel < inner; channel++) {
      float[] row = ModelReader.row(stored, channel);
      for (int n = 0; n < size; n++) {
        decay[n * inner + channel] = row[n];
      }
    }
    return decay;
  }

  /** Falcon Mamba norms without weights and says so by a key, Jamba has weights. */
  private SelectiveScan.@Nullable Norms norms(LayerReader layer) {
    if (in.findFlag("ssm.dt_b_c_rms").orElse(false)) {
      return new SelectiveScan.Norms(ones(rank), ones(size), ones(size));
    }
    return hasNorms(layer)
        ? new SelectiveScan.Norms(
            layer.norm("ssm_dt_norm", rank),
            layer.norm("ssm_b_norm", size),
            layer.norm("ssm_c_norm", size))
        : null;
  }

  private boolean hasNorms(LayerReader layer) {
    return Stream.of("ssm_dt_norm", "ssm_b_norm", "ssm_c_norm")
        .anyMatch(name -> in.has(layer.name(name) + ".weight"));
  }

  private RmsNorm ones(int length) {
    float[] weight = new float[length];
    Arrays.fill(weight, 1);
    return new RmsNorm(weight, in.epsilon());
  }
}
