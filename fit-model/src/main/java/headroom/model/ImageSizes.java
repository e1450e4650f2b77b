package headroom.model;

import java.util.OptionalLong;

/**
 * Patches of the image that llama.cpp reserves a projector's scratch memory for: {@code
 * warmup_image_size} of <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/tools/mtmd/clip.cpp#L1361">clip.cpp</a>.
 */
public final class ImageSizes {
  private ImageSizes() {}

  /**
   * @param kind {@code clip.projector_type}
   * @param imageSize edge of the image that the encoder was trained for, in pixels
   * @param patchSize edge of a patch, in pixels
   * @param merge patches along an edge that become one token
   * @return empty where the projector takes no patches of this kind
   */
  public static OptionalLong patches(String kind, int imageSize, int patchSize, int merge) {
    int tokens =
        switch (kind) {
          case "qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger", "dots_ocr", "mimovl" -> 46;
          case "pixtral", "lightonocr", "kimivl", "gemma4v", "phi4", "minimax_m3" -> 16;
          default -> 0;
        };
    if (tokens > 0) {
      long edge = (long) tokens * Math.max(1, merge);
      return OptionalLong.of(edge * edge);
    }
    boolean whole =
        switch (kind) {
          case "gemma3", "idefics3", "internvl", "llama4", "mlp", "ldp", "lfm2" -> true;
          default -> false;
        };
    if (!whole || patchSize < 1 || imageSize < patchSize) {
      return OptionalLong.empty();
    }
    long edge = imageSize / patchSize;
    return OptionalLong.of(edge * edge);
  }
}
