package headroom.inference.synthesis;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/** Models of two layers, 256 wide, with the tensors that their architecture has. */
final class SmallShapes {
  static final int WIDTH = 256;
  static final int VOCABULARY = 512;
  static final int EXPERTS = 4;

  private SmallShapes() {}

  static ModelSpec of(String architecture) {
    return of(architecture, VOCABULARY);
  }

  static ModelSpec of(String architecture, int vocabulary) {
    boolean moe = architecture.endsWith("moe");
    boolean tied = architecture.equals("qwen2");
    AttentionSpec attention = new AttentionSpec.GroupedQuery(4, 2, 64, 64);
    FeedForward feedForward =
        moe
            ? new FeedForward.MixtureOfExperts(EXPERTS, 2, 256, OptionalInt.empty(), true)
            : new FeedForward.Dense(512, true);
    List<TensorFacts> tensors = new ArrayList<>();
    add(tensors, "token_embd.weight", TensorRole.TOKEN_EMBEDDING, -1, WIDTH, vocabulary);
    add(tensors, "output_norm.weight", TensorRole.UNQUANTISED, -1, WIDTH, 1);
    if (!tied) {
      add(tensors, "output.weight", TensorRole.OUTPUT, -1, WIDTH, vocabulary);
    }
    for (int layer = 0; layer < 2; layer++) {
      String name = "blk." + layer + ".";
      add(tensors, name + "attn_norm.weight", TensorRole.UNQUANTISED, layer, WIDTH, 1);
      add(tensors, name + "ffn_norm.weight", TensorRole.UNQUANTISED, layer, WIDTH, 1);
      add(tensors, name + "attn_q.weight", TensorRole.ATTENTION_Q, layer, WIDTH, 256);
      add(tensors, name + "attn_k.weight", TensorRole.ATTENTION_K, layer, WIDTH, 128);
      add(tensors, name + "attn_v.weight", TensorRole.ATTENTION_V, layer, WIDTH, 128);
      add(tensors, name + "attn_output.weight", TensorRole.ATTENTION_OUTPUT, layer, 256, WIDTH);
      if (architecture.equals("qwen2")) {
        add(tensors, name + "attn_q.bias", TensorRole.UNQUANTISED, layer, 256, 1);
        add(tensors, name + "attn_k.bias", TensorRole.UNQUANTISED, layer, 128, 1);
        add(tensors, name + "attn_v.bias", TensorRole.UNQUANTISED, layer, 128, 1);
      }
      if (architecture.startsWith("qwen3")) {
        add(tensors, name + "attn_q_norm.weight", TensorRole.UNQUANTISED, layer, 64, 1);
        add(tensors, name + "attn_k_norm.weight", TensorRole.UNQUANTISED, layer, 64, 1);
      }
      if (moe) {
        add(tensors, name + "ffn_gate_inp.weight", TensorRole.ROUTER, layer, WIDTH, EXPERTS);
        long rows = 256L * EXPERTS;
        add(tensors, name + "ffn_gate_exps.weight", TensorRole.EXPERT_GATE, layer, WIDTH, rows);
        add(tensors, name + "ffn_up_exps.weight", TensorRole.EXPERT_UP, layer, WIDTH, rows);
        add(tensors, name + "ffn_down_exps.weight", TensorRole.EXPERT_DOWN, layer, 256, rows);
      } else {
        add(tensors, name + "ffn_gate.weight", TensorRole.FFN_GATE, layer, WIDTH, 512);
        add(tensors, name + "ffn_up.weight", TensorRole.FFN_UP, layer, WIDTH, 512);
        add(tensors, name + "ffn_down.weight", TensorRole.FFN_DOWN, layer, 512, WIDTH);
      }
    }
    return new ModelSpec(
        "small-" + architecture,
        "Small",
        architecture,
        WIDTH,
        vocabulary,
        tied,
        Collections.nCopies(2, new LayerSpec(attention, feedForward, true)),
        tensors,
        OptionalInt.of(2048));
  }

  private static void add(
      List<TensorFacts> tensors, String name, TensorRole role, int layer, long in, long out) {
    OptionalInt of = layer < 0 ? OptionalInt.empty() : OptionalInt.of(layer);
    tensors.add(new TensorFacts(name, role, of, in, out));
  }
}
