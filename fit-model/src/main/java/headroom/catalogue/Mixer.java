package headroom.catalogue;

import java.util.Optional;

/**
 * The recurrent token mixer of a model file.
 *
 * @param kind {@code gated-delta-net}, {@code mamba1}, {@code mamba2}, {@code short-conv} or {@code
 *     rwkv7-wkv}; the table of that kind stands below it
 * @param layers layers that have it
 * @param stateElementsPerLayer recurrent state per sequence
 * @param convolutionElementsPerLayer convolution state per sequence
 * @param stateFormat how engines keep the state, where known
 * @param inferred true where sizes were inferred from the parameter total
 */
public record Mixer(
    String kind,
    int layers,
    long stateElementsPerLayer,
    long convolutionElementsPerLayer,
    Optional<String> stateFormat,
    Optional<Boolean> inferred,
    Optional<GatedDeltaNet> gatedDeltaNet,
    Optional<Mamba1> mamba1,
    Optional<Mamba2> mamba2,
    Optional<ShortConvolution> shortConvolution,
    Optional<Rwkv7> rwkv7) {

  public Mixer {
    Range.text("recurrent.kind", kind);
    Range.atLeast("recurrent.layers", 1, layers);
    Range.atLeast("recurrent.state_elements_per_layer", 1, stateElementsPerLayer);
    Range.atLeast("recurrent.convolution_elements_per_layer", 0, convolutionElementsPerLayer);
    boolean described =
        switch (kind) {
          case "gated-delta-net" -> gatedDeltaNet.isPresent();
          case "mamba1" -> mamba1.isPresent();
          case "mamba2" -> mamba2.isPresent();
          case "short-conv" -> shortConvolution.isPresent();
          case "rwkv7-wkv" -> rwkv7.isPresent();
          default -> false;
        };
    if (!described) {
      throw new IllegalArgumentException(
          ("recurrent.kind is '%s' without its table; wanted gated-delta-net, mamba1, mamba2,"
                  + " short-conv or rwkv7-wkv and the table of that kind")
              .formatted(kind));
    }
  }

  /** Gated DeltaNet (arXiv 2412.06464). Sizes in elements. */
  public record GatedDeltaNet(
      int keyHeads, int valueHeads, int keyHeadSize, int valueHeadSize, int convolutionTaps) {}

  /** Mamba (arXiv 2312.00752). Sizes in elements. */
  public record Mamba1(int innerSize, int stateSize, int timeStepRank, int convolutionTaps) {}

  /** Mamba-2 (arXiv 2405.21060). Sizes in elements. */
  public record Mamba2(
      int innerSize, int stateSize, int heads, int headSize, int groups, int convolutionTaps) {}

  /** Gated short convolution of LFM2. */
  public record ShortConvolution(int convolutionTaps) {}

  /** RWKV-7 (arXiv 2503.14456): ranks of its four low-rank functions. */
  public record Rwkv7(int headSize, int decayRank, int rateRank, int valueRank, int gateRank) {}
}
