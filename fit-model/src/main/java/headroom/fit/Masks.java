package headroom.fit;

import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import java.util.List;

/**
 * Masks of the attention kinds, which live through all layers.
 *
 * @param cells of all kinds together
 * @param bytesLater of one cell and token while layers work
 * @param bytesFirst of one cell and token when the first layer of a kind begins
 */
record Masks(long cells, int bytesLater, int bytesFirst) {
  static Masks of(List<LayerSpec> layers, FitQuestion question, boolean counted) {
    long cells = cells(layers, question);
    if (!counted && question.flashAttention()) {
      return new Masks(cells, 0, 0);
    }
    if (!question.flashAttention()) {
      return new Masks(cells, ComputeMemory.F32_BYTES, ComputeMemory.F32_BYTES);
    }
    // llama.cpp once cast F32 masks; ik_llama.cpp makes F16 ones.
    boolean cast =
        question.engine() instanceof Engine.LlamaCpp
            && !ComputeMemory.isBuild(question, LlamaCppBuild.LOGITS_OF_SEQUENCES);
    return new Masks(
        cells,
        ComputeMemory.F16_BYTES,
        cast ? ComputeMemory.F32_BYTES + ComputeMemory.F16_BYTES : ComputeMemory.F16_BYTES);
  }

  /** Cells of the masks of all kinds of attention. */
  static long cells(List<LayerSpec> layers, FitQuestion question) {
    long full = 0;
    long sliding = 0;
    for (LayerSpec layer : layers) {
      switch (layer.attention()) {
        case AttentionSpec.GroupedQuery heads -> {
          if (full == 0 && heads.kvHeads() > 0) {
            full = CacheMemory.fullCells(question).cells();
          }
        }
        case AttentionSpec.LatentAttention latent -> {
          if (full == 0) {
            full = CacheMemory.fullCells(question).cells();
          }
        }
        case AttentionSpec.SlidingWindow window -> {
          if (sliding == 0) {
            sliding = CacheMemory.slidingCells(window, question).cells();
          }
        }
        case AttentionSpec.Recurrent state -> {
          // A state has no mask.
        }
        case AttentionSpec.None none -> {
          // Nothing is fed to a layer without a token mixer.
        }
      }
    }
    return full + sliding;
  }
}
