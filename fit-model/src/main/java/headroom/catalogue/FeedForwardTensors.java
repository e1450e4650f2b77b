package headroom.catalogue;

import headroom.model.FeedForward;

/** The weights of one feed-forward network, dense or of experts. */
final class FeedForwardTensors {
  private final CatalogueModel model;
  private final ArchitectureTraits traits;
  private final String gguf;
  private final int width;

  FeedForwardTensors(CatalogueModel model, ArchitectureTraits traits) {
    this.model = model;
    this.traits = traits;
    this.gguf = model.architecture().gguf();
    this.width = model.architecture().embeddingSize();
  }

  void add(TensorList list, FeedForward feedForward) {
    switch (feedForward) {
      case FeedForward.Dense dense -> dense(list, dense.size());
      case FeedForward.MixtureOfExperts experts ->
          experts(
              list,
              model
                  .moe()
                  .orElseThrow(() -> new IllegalArgumentException("the model has no table moe")),
              experts);
      case FeedForward.None none -> {}
    }
  }

  private void dense(TensorList list, long size) {
    if (gguf.equals("rwkv7")) {
      list.plain("channel_mix_lerp_k.weight", width, 1)
          .matrix("channel_mix_key", width, size)
          .matrix("channel_mix_value", size, width);
      return;
    }
    if (traits.fusedGate()) {
      list.matrix("ffn_up", width, 2 * size);
    } else {
      if (traits.gated()) {
        list.matrix("ffn_gate", width, size);
      }
      list.matrix("ffn_up", width, size);
    }
    list.matrix("ffn_down", size, width);
    if (gguf.equals("phi2")) {
      list.bias("ffn_up", size).bias("ffn_down", width);
    }
    if (gguf.equals("bitnet")) {
      list.vector("ffn_sub_norm", size);
    }
  }

  private void experts(TensorList list, Shape.Experts facts, FeedForward.MixtureOfExperts moe) {
    long count = moe.experts();
    long size = moe.expertSize();
    long inner = facts.latentSize().orElse(width);
    list.matrix("ffn_gate_inp", width, count);
    if (facts.routerBias().orElse(false)) {
      list.bias("exp_probs_b", count);
    }
    if (facts.latentSize().isPresent()) {
      list.matrix("ffn_latent_down", width, inner).matrix("ffn_latent_up", inner, width);
    }
    if (traits.gated()) {
      list.matrix("ffn_gate_exps", inner, size * count);
    }
    list.matrix("ffn_up_exps", inner, size * count).matrix("ffn_down_exps", size, inner * count);
    if (gguf.equals("gpt-oss")) {
      list.bias("ffn_gate_inp", count)
          .plain("ffn_gate_exps.bias", size, count)
          .plain("ffn_up_exps.bias", size, count)
          .plain("ffn_down_exps.bias", inner, count);
    }
    if (gguf.equals("gemma4")) {
      gemma4(list, count);
    } else if (moe.sharedSize().isPresent()) {
      shared(list, moe.sharedSize().getAsInt());
    }
  }

  private void shared(TensorList list, long size) {
    if (traits.gated()) {
      list.matrix("ffn_gate_shexp", width, size);
    }
    list.matrix("ffn_up_shexp", width, size).matrix("ffn_down_shexp", size, width);
    if (gguf.equals("qwen3next") || gguf.equals("qwen35moe")) {
      list.vector("ffn_gate_inp_shexp", width);
    }
  }

  // Gemma 4 runs a dense network beside its experts, with norms and scales of their own.
  private void gemma4(TensorList list, long experts) {
    model.feedForward().ifPresent(beside -> dense(list, beside.size()));
    list.plain("ffn_gate_inp.scale", width, 1)
        .plain("ffn_down_exps.scale", experts, 1)
        .vector("post_ffw_norm_1", width)
        .vector("pre_ffw_norm_2", width)
        .vector("post_ffw_norm_2", width);
  }
}
