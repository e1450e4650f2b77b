package headroom.inference.kernel.assembled;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kernels there are, as bytes: for people who want to read them. */
public final class KernelListing {
  private KernelListing() {}

  /** Formats that have kernels. */
  public static Set<QuantFormat> formats() {
    return TileFormat.supported();
  }

  /** Names of the instruction sets that kernels are assembled for, whatever this processor has. */
  public static List<String> instructionSets() {
    return Arrays.stream(InstructionSet.values()).map(InstructionSet::label).toList();
  }

  /** The largest number of tokens that one kernel multiplies a tile with. */
  public static int mostTokens() {
    return PackedLayout.GROUP;
  }

  /**
   * The machine code of one kernel.
   *
   * @param instructions one of {@link #instructionSets}
   * @param tokens 1 to {@link #mostTokens}
   * @return empty where there is no such kernel
   */
  public static Optional<byte[]> code(QuantFormat format, String instructions, int tokens) {
    return Arrays.stream(InstructionSet.values())
        .filter(set -> set.label().equals(instructions) && tokens >= 1 && tokens <= mostTokens())
        .findFirst()
        .flatMap(
            set ->
                TileFormat.of(format, set).map(tiles -> TileKernel.assemble(tiles, set, tokens)));
  }
}
