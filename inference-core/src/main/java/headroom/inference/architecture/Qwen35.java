package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TokenMixer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Qwen 3.5, dense and with experts: three gated delta nets to each layer of gated attention, a norm
 * before both halves.
 */
final class Qwen35 implements Architecture {
  /** {@code rope.dimension_sections}: time, height and width take turns, the fourth follows. */
  private static final int AXES = 3;

  @Override
  public Loaded read(ModelReader in) {
    return model(in, new DeltaNetReader(in, false), rope(in));
  }

  static Loaded model(ModelReader in, DeltaNetReader nets, RopeSpec rope) {
    Function<LayerReader, TokenMixer> mixer =
        layer -> nets.attends(layer) ? layer.headNormed(attention(layer, rope)) : nets.read(layer);
    return in.model(
        in.dimensions(),
        layer ->
            LayerWeights.of(
                layer.norm("attn_norm"),
                mixer.apply(layer),
                layer.norm("post_attention_norm"),
                in.findCount("expert_count").isPresent()
                    ? Qwen2Moe.feedForward(layer, true)
                    : layer.gated(Activation.SILU)));
  }

  /** Attention whose query matrix holds a gate behind each head's query. */
  private static Attention attention(LayerReader layer, RopeSpec rope) {
    Heads heads = layer.heads();
    int embedding = layer.embedding();
    if (heads.keySize() != heads.valueSize()) {
      throw layer
          .model()
          .fault(
              "keys '….attention.key_length' and '….attention.value_length' are %d and %d; wanted them"
                  + " equal, for the gate of what is attended to comes with the query",
              heads.keySize(), heads.valueSize());
    }
    return new Attention(
        heads.shape(),
        rope,
        new Attention.Matrices(
            layer.projection(
                "attn_q", embedding, layer.rows("attn_q.weight", 2L * heads.queryRows())),
            layer.projection("attn_k", embedding, heads.keyRows()),
            layer.projection("attn_v", embedding, heads.valueRows()),
            layer.projection("attn_output", heads.attendedColumns(), embedding)),
        true,
        Attention.Norms.NONE,
        null);
  }

  /** Text stands at one place in time, height and width: only pairs of no axis are not rotated. */
  private static RopeSpec rope(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    List<Long> sections = in.numbers("rope.dimension_sections");
    float[] divisors = new float[rope.dimensions() / 2];
    Arrays.fill(divisors, 1);
    long all = sections.stream().mapToLong(Long::longValue).sum();
    for (int pair = 0; pair < divisors.length; pair++) {
      long sector = all == 0 ? 0 : pair % all;
      int axis = (int) (sector % AXES);
      if (axis >= sections.size() || sector >= AXES * sections.get(axis)) {
        divisors[pair] = Float.POSITIVE_INFINITY;
      }
    }
    return rope.withDivisors(divisors);
  }
}
