package headroom.catalogue;

import java.util.Optional;

/** The weights of one recurrent token mixer. */
final class RecurrentTensors {
  private final String gguf;
  private final long width;

  RecurrentTensors(Shape.Architecture architecture) {
    this.gguf = architecture.gguf();
    this.width = architecture.embeddingSize();
  }

  void add(TensorList list, Mixer mixer) {
    mixer.gatedDeltaNet().ifPresent(net -> gatedDeltaNet(list, net));
    mixer.mamba1().ifPresent(mamba -> mamba1(list, mamba));
    mixer.mamba2().ifPresent(mamba -> mamba2(list, mamba));
    mixer.shortConvolution().ifPresent(taps -> shortConvolution(list, taps));
    mixer.rwkv7().ifPresent(rwkv -> rwkv7(list, rwkv));
  }

  private void gatedDeltaNet(TensorList list, Mixer.GatedDeltaNet net) {
    long keys = (long) net.keyHeads() * net.keyHeadSize();
    long values = (long) net.valueHeads() * net.valueHeadSize();
    long mixed = 2 * keys + values;
    // llama.cpp's quantiser takes attn_qkv for what its name says, here as in attention.
    list.matrix("attn_qkv", width, mixed).matrix("attn_gate", width, values);
    if (gguf.equals("qwen3next")) {
      list.matrix("ssm_ba", width, 2L * net.valueHeads());
    } else {
      list.matrix("ssm_beta", width, net.valueHeads()).matrix("ssm_alpha", width, net.valueHeads());
    }
    list.plain("ssm_conv1d.weight", net.convolutionTaps(), mixed)
        .bias("ssm_dt", net.valueHeads())
        .plain("ssm_a", net.valueHeads(), 1)
        .vector("ssm_norm", net.valueHeadSize())
        .matrix("ssm_out", values, width);
  }

  private void mamba1(TensorList list, Mixer.Mamba1 mamba) {
    long inner = mamba.innerSize();
    list.matrix("ssm_in", width, 2 * inner)
        .plain("ssm_conv1d.weight", mamba.convolutionTaps(), inner)
        .bias("ssm_conv1d", inner)
        .matrix("ssm_x", inner, mamba.timeStepRank() + 2L * mamba.stateSize())
        .matrix("ssm_dt", mamba.timeStepRank(), inner)
        .bias("ssm_dt", inner)
        .plain("ssm_a", mamba.stateSize(), inner)
        .plain("ssm_d", inner, 1)
        .matrix("ssm_out", inner, width);
    if (gguf.equals("jamba")) {
      list.vector("ssm_dt_norm", mamba.timeStepRank())
          .vector("ssm_b_norm", mamba.stateSize())
          .vector("ssm_c_norm", mamba.stateSize());
    }
  }

  private void mamba2(TensorList list, Mixer.Mamba2 mamba) {
    long inner = mamba.innerSize();
    long convolved = inner + 2L * mamba.groups() * mamba.stateSize();
    list.matrix("ssm_in", width, inner + convolved + mamba.heads())
        .plain("ssm_conv1d.weight", mamba.convolutionTaps(), convolved)
        .bias("ssm_conv1d", convolved)
        .bias("ssm_dt", mamba.heads())
        .plain("ssm_a", 1, mamba.heads())
        .plain("ssm_d", 1, mamba.heads())
        .vector("ssm_norm", inner)
        .matrix("ssm_out", inner, width);
  }

  private void shortConvolution(TensorList list, Mixer.ShortConvolution convolution) {
    list.matrix("shortconv.in_proj", width, 3 * width)
        .plain("shortconv.conv.weight", convolution.convolutionTaps(), width)
        .matrix("shortconv.out_proj", width, width);
  }

  private void rwkv7(TensorList list, Mixer.Rwkv7 rwkv) {
    list.vector("attn_norm", width)
        .bias("attn_norm", width)
        .vector("attn_norm_2", width)
        .bias("attn_norm_2", width)
        .plain("time_mix_lerp_fused.weight", width, 6);
    lowRank(list, "w", Optional.of("time_mix_w0.weight"), rwkv.decayRank());
    lowRank(list, "a", Optional.of("time_mix_a0.weight"), rwkv.rateRank());
    lowRank(list, "v", Optional.of("time_mix_v0.weight"), rwkv.valueRank());
    lowRank(list, "g", Optional.empty(), rwkv.gateRank());
    list.plain("time_mix_k_k.weight", width, 1)
        .plain("time_mix_k_a.weight", width, 1)
        .plain("time_mix_r_k.weight", width, 1)
        .matrix("time_mix_receptance", width, width)
        .matrix("time_mix_key", width, width)
        .matrix("time_mix_value", width, width)
        .matrix("time_mix_output", width, width)
        .vector("time_mix_ln", width)
        .bias("time_mix_ln", width);
  }

  private void lowRank(TensorList list, String letter, Optional<String> offset, int rank) {
    offset.ifPresent(name -> list.plain(name, width, 1));
    list.matrix("time_mix_" + letter + "1", width, rank)
        .matrix("time_mix_" + letter + "2", rank, width);
  }
}
