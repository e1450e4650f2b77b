package headroom.fit;

import headroom.fit.ComputeMemory.Peak;
import headroom.model.AttentionSpec;

/** Scratch memory of layers with a state: Mamba 2 and gated delta nets. */
final class RecurrentScratch {
  private static final String SOURCE =
      "llama.cpp's allocator (build of 22 August 2026) for the shapes of Nemotron Nano 9B v2 143.04,"
          + " 12B v2 145.54 and Qwen3.5-0.8B 48.16 MiB at 512 tokens, all within 0.1 %";

  /** Tokens that a convolution of four looks back on. */
  private static final int LOOKS_BACK = 3;

  private RecurrentScratch() {}

  /**
   * What is projected, twice what is convolved (with the tokens before it), what the scan gives
   * with the state behind it, and the stream.
   */
  static Peak peak(AttentionSpec.Recurrent state, FitQuestion question, long batch, Masks masks) {
    long embedding = question.model().embeddingSize();
    long convolved = state.convolutionElements() / LOOKS_BACK;
    LayerTable table = LayerTable.of(question.model(), question.weights());
    boolean scanned = table.scanInput() > 0;
    long input = scanned ? table.scanInput() : convolved;
    long scan = scanned ? table.scanOutput() : 0;
    long states = 2L * state.convolutionElements() + (scanned ? state.stateElements() : 0);
    long mask = masks.cells() * masks.bytesLater() * batch;
    return new Peak(
        ComputeMemory.F32_BYTES * (batch * (input + 2 * convolved + scan + 2 * embedding) + states)
            + mask,
        () ->
            "4 B × (%d tokens × (%d projected + 2 × %d convolved + %d scanned + 2 × %d embedding) + %d of states) + %d B of masks"
                .formatted(batch, input, convolved, scan, embedding, states, mask),
        SOURCE);
  }
}
