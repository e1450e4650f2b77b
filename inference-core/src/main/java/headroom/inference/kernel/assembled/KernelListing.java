package headroom.inference.kernel.assembled;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kernels there are, as bytes: for people who want to read them. */
public final class KernelListing {
  private KernelListing() {}

  /** Formats that have kernels. */
  public static Set<QuantFormat> formats() {
    Set<QuantFormat> found = EnumSet.copyOf(TileFormat.supported());
    for (RowFormat format : RowFormat.values()) {
      found.add(format.stored());
    }
    return found;
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
   * The machine code of one kernel. Those of F32, F16 and BF16 are the same for all instruction
   * sets and take up to three tokens at once: more go in rounds.
   *
   * @param instructions one of {@link #instructionSets}
   * @param tokens 1 to {@link #mostTokens}
   * @return empty where there is no such kernel
   */
  public static Optional<byte[]> code(QuantFormat format, String instructions, int tokens) {
    return Arrays.stream(InstructionSet.values())
        .filter(set -> set.label().equals(instructions) && tokens >= 1 && tokens <= mostTokens())
        .findFirst()
        .flatMap(set -> code(format, set, tokens));
  }

  private static Optional<byte[]> code(QuantFormat format, InstructionSet set, int tokens) {
    return RowFormat.of(format)
        .map(rows -> RowKernel.assemble(rows, Math.min(tokens, RowKernel.VECTORS)))
        .or(() -> TileFormat.of(format, set).map(tiles -> TileKernel.assemble(tiles, set, tokens)));
  }
}
