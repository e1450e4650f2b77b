package headroom.knob;

import headroom.fit.FitQuestion;

/** Attention in tiles that never writes the score matrix. */
record FlashAttentionKnob() implements Knob {
  @Override
  public String slug() {
    return "flash-attention";
  }

  @Override
  public String label() {
    return "FlashAttention";
  }

  @Override
  public String explanation() {
    return "Computes exact attention tile by tile, so scratch memory no longer grows with the"
        + " context; the paper measured it on A100 GPUs. llama.cpp turns it on where the device"
        + " supports it, and it is what quantised values need.";
  }

  @Override
  public FitQuestion turn(FitQuestion question) {
    return question.withFlashAttention(true).withKnob(slug());
  }
}
