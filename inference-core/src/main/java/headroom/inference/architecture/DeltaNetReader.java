package headroom.inference.architecture;

import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.GatedDeltaNet;
import headroom.inference.transformer.Projection;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Gated delta nets as the files of Qwen 3 Next and 3.5 store them, and which layers have one. */
final class DeltaNetReader {
  /** {@code full_attention_interval} where the file does not say: qwen35.cpp of llama.cpp. */
  private static final int DEFAULT_INTERVAL = 4;

  private final ModelReader in;
  private final GatedDeltaNet.Heads heads;
  private final int taps;

  /**
   * @param neighbours as {@link GatedDeltaNet.Heads#neighbours}
   */
  DeltaNetReader(ModelReader in, boolean neighbours) {
    this.in = in;
    this.taps = in.count("ssm.conv_kernel");
    int keys = in.count("ssm.group_count");
    int values = in.count("ssm.time_step_rank");
    int size = in.count("ssm.state_size");
    if (values % keys != 0 || (long) values * size != in.count("ssm.inner_size")) {
      throw in.fault(
          "keys '….ssm.group_count', '….time_step_rank', '….state_size' and '….inner_size' are %d,"
              + " %d, %d and %d; wanted a multiple of the first, and its product with the third",
          keys, values, size, in.count("ssm.inner_size"));
    }
    this.heads = new GatedDeltaNet.Heads(keys, values, size, neighbours);
  }

  /** True where the layer attends and keeps no state. */
  boolean attends(LayerReader layer) {
    return in.findFlags("attention.recurrent_layers")
        .map(flags -> layer.index() >= flags.size() || !flags.get(layer.index()))
        .orElseGet(
            () ->
                (layer.index() + 1)
                        % in.findCount("full_attention_interval").orElse(DEFAULT_INTERVAL)
                    == 0);
  }

  GatedDeltaNet read(LayerReader layer) {
    int embedding = layer.embedding();
    int inner = heads.values() * heads.size();
    int mixed = layer.rows("attn_qkv.weight", 2L * heads.keys() * heads.size() + inner);
    return new GatedDeltaNet(
        heads,
        layer.projection("attn_qkv", embedding, mixed),
        layer.projection("attn_gate", embedding, inner),
        strength(layer),
        decay(layer),
        in.vector(layer.name("ssm_dt.bias"), heads.values()),
        in.vector(layer.name("ssm_a"), heads.values()),
        layer.convolution("ssm_conv1d", mixed, taps),
        in.epsilon(),
        layer.norm("ssm_norm", heads.size()),
        layer.projection("ssm_out", inner, embedding));
  }

  private Projection strength(LayerReader layer) {
    return heads.neighbours()
        ? gathered(layer, "ssm_ba", 2 * heads.values(), rates(0))
        : layer.projection("ssm_beta", layer.embedding(), heads.values());
  }

  private Projection decay(LayerReader layer) {
    return heads.neighbours()
        ? gathered(layer, "ssm_ba", 2 * heads.values(), rates(1))
        : layer.projection("ssm_alpha", layer.embedding(), heads.values());
  }

  /** Where Qwen 3 Next keeps the rows of value heads: for each key first β, then the decay. */
  private int[] rates(int which) {
    int group = heads.values() / heads.keys();
    int[] rows = new int[heads.values()];
    for (int head = 0; head < rows.length; head++) {
      rows[head] = (2 * (head / group) + which) * group + head % group;
    }
    return rows;
  }

  /** Some rows of a small matrix [allRows, embedding], in F32 and in memory of their own. */
  private Projection gathered(LayerReader layer, String name, int allRows, int[] rows) {
    int embedding = layer.embedding();
    Tensor whole = in.tensor(layer.name(name) + ".weight", embedding, allRows);
    MemorySegment data =
        Arena.ofAuto().allocate((long) rows.length * embedding * Float.BYTES, Float.BYTES);
    for (int i = 0; i < rows.length; i++) {
      float[] row = ModelReader.row(whole, rows[i]);
      MemorySegment.copy(
          row, 0, data, ValueLayout.JAVA_FLOAT, (long) i * embedding * Float.BYTES, embedding);
    }
    return new Projection(
        in.bind(
            new Tensor(
                layer.name(name) + " gathered",
                QuantFormat.F32,
                List.of((long) embedding, (long) rows.length),
                data)),
        in.scale(layer.name(name)),
        null);
  }
}
