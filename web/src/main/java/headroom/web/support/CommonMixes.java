package headroom.web.support;

import headroom.quant.GgufMix;
import java.util.ArrayList;
import java.util.List;

/** The mixes that GGUF files come in most, largest first. */
public final class CommonMixes {
  private static final List<GgufMix> ALL =
      List.of(
          GgufMix.F16,
          GgufMix.Q8_0,
          GgufMix.Q6_K,
          GgufMix.Q5_K_M,
          GgufMix.Q4_K_M,
          GgufMix.IQ4_XS,
          GgufMix.Q3_K_M,
          GgufMix.Q2_K);

  private CommonMixes() {}

  /** All of them, led by the one that a model's makers publish where it is another. */
  public static List<GgufMix> with(GgufMix usual) {
    if (ALL.contains(usual)) {
      return ALL;
    }
    List<GgufMix> mixes = new ArrayList<>(ALL);
    mixes.addFirst(usual);
    return List.copyOf(mixes);
  }
}
