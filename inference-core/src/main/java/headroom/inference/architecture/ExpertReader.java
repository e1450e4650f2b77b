package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.tensor.Tensor;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.Projection;
import headroom.inference.transformer.Routing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The experts of one layer, stacked in tensors of three dimensions. */
final class ExpertReader {
  private final LayerReader layer;
  private final ModelReader in;
  private final int experts;
  private final int active;

  ExpertReader(LayerReader layer) {
    this.layer = layer;
    this.in = layer.model();
    this.experts = in.count("expert_count");
    this.active = in.activeExperts();
    if (active > experts) {
      throw in.fault(
          "keys 'expert_count' and 'expert_used_count' are %d and %d; wanted no more used than"
              + " there are",
          experts, active);
    }
  }

  /** Experts that serve a token. */
  int active() {
    return active;
  }

  int experts() {
    return experts;
  }

  /** Without a scale: what Gemma 4 calls so is a norm's. */
  Projection router() {
    String name = layer.name("ffn_gate_inp");
    return new Projection(
        in.bind(in.tensor(name + ".weight", layer.embedding(), experts)), in.bias(name, experts));
  }

  /** Width of one expert: the key's, or {@code feed_forward_length} divided among those used. */
  int width() {
    return in.findCount("expert_feed_forward_length")
        .orElseGet(() -> Math.max(1, layer.feedForwardSize() / in.count("expert_used_count")));
  }

  /**
   * DeepSeek-V3's and its kin's, as the keys and the tensor of selection biases say it.
   *
   * @param usualGating where the file does not say
   */
  Routing routing(int usualGating) {
    return new Routing(
        router(),
        Gating.of(in, usualGating),
        in.bias(layer.name("exp_probs_b"), experts),
        groups(),
        active,
        in.findFlag("expert_weights_norm").orElse(false),
        in.findNumber("expert_weights_scale").filter(scale -> scale != 0).orElse(1f));
  }

  private Routing.@Nullable Groups groups() {
    int count = in.findCount("expert_group_count").orElse(1);
    if (count == 1) {
      return null;
    }
    int used = in.count("expert_group_used_count");
    if (experts % count != 0 || experts == count || used >= count) {
      throw in.fault(
          "keys '….expert_group_count' and '….expert_group_used_count' are %d and %d;"
              + " wanted a divisor of the %d experts and fewer used than there are",
          count, used, experts);
    }
    return new Routing.Groups(count, used);
  }

  /** Mixtral's: the weights of the chosen add up to 1. */
  FeedForward normalised(int width) {
    return mixture(Routing.normalisedSoftmax(router(), active), Activation.SILU, width, null);
  }

  FeedForward.MixtureOfExperts mixture(
      Routing routing, Activation activation, int width, FeedForward.@Nullable Shared shared) {
    int embedding = layer.embedding();
    boolean fused = in.has(layer.name("ffn_gate_up_exps.weight"));
    Stack gates =
        fused
            ? stack("gate_up", embedding, layer.rows("ffn_gate_up_exps.weight", 2L * width))
            : activation == Activation.SQUARED_RELU ? null : stack("gate", embedding, width);
    Stack ups = fused && gates != null ? gates : stack("up", embedding, width);
    Stack downs = stack("down", width, embedding);
    List<FeedForward.Dense> networks = new ArrayList<>();
    for (int e = 0; e < experts; e++) {
      networks.add(
          new FeedForward.Dense(
              activation,
              gates == null ? null : gates.projection(e, 0, width),
              ups.projection(e, fused ? width : 0, width),
              downs.projection(e, 0, embedding)));
    }
    return new FeedForward.MixtureOfExperts(routing, networks, shared);
  }

  private Stack stack(String part, int columns, int rows) {
    String name = layer.name("ffn_" + part + "_exps");
    Tensor weight = in.tensor(name + ".weight", columns, rows, experts);
    // One scale for gate and up together is that of up: build_moe_ffn in llama-graph.cpp.
    String scaled = part.equals("gate_up") ? layer.name("ffn_up_exps") : name;
    Tensor bias = in.has(name + ".bias") ? in.tensor(name + ".bias", rows, experts) : null;
    return new Stack(weight, in.findVector(scaled + ".scale", experts).orElse(null), bias, rows);
  }

  /**
   * The same matrix of every expert.
   *
   * @param weight [experts, rows, columns]
   * @param scales [experts] of their products, null where there are none
   * @param bias [experts, rows], null where there is none
   */
  private final class Stack {
    private final Tensor weight;
    private final float @Nullable [] scales;
    private final @Nullable Tensor bias;
    private final int rows;

    Stack(Tensor weight, float @Nullable [] scales, @Nullable Tensor bias, int rows) {
      this.weight = weight;
      this.scales = scales;
      this.bias = bias;
      this.rows = rows;
    }

    Projection projection(int expert, int first, int count) {
      return new Projection(
          in.bind(weight.rows(expert * rows + first, count)),
          scales == null ? 1 : scales[expert],
          bias == null
              ? null
              : java.util.Arrays.copyOfRange(ModelReader.row(bias, expert), first, first + count));
    }
  }
}
