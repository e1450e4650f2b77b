package headroom.inference.kernel.processor;

import headroom.inference.assembler.Disassembly;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.quant.QuantFormat;
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
    return Processors.all().stream().map(Machine::label).toList();
  }

  /**
   * How the code of these instructions is read back.
   *
   * @param instructions one of {@link #instructionSets}
   */
  public static Disassembly.Syntax syntax(String instructions) {
    return machine(instructions).orElseThrow().syntax();
  }

  private static Optional<Machine> machine(String instructions) {
    return Processors.all().stream()
        .filter(machine -> machine.label().equals(instructions))
        .findFirst();
  }

  /** The largest number of tokens that one kernel multiplies a tile with. */
  public static int mostTokens() {
    return PackedLayout.GROUP;
  }

  /**
   * The machine code of one kernel. Those of F32, F16 and BF16 are the same for all instruction
   * sets and take up to three tokens at once: more go in rounds. Of one token it is that which
   * takes two tiles, where there is one.
   *
   * @param instructions one of {@link #instructionSets}
   * @param tokens 1 to {@link #mostTokens}
   * @return empty where there is no such kernel
   */
  public static Optional<byte[]> code(QuantFormat format, String instructions, int tokens) {
    return machine(instructions)
        .filter(machine -> tokens >= 1 && tokens <= mostTokens())
        .flatMap(machine -> code(format, machine, tokens));
  }

  private static Optional<byte[]> code(QuantFormat format, Machine machine, int tokens) {
    return RowFormat.of(format)
        .map(rows -> machine.dot(rows, Math.min(tokens, RowFormat.VECTORS)))
        .or(() -> TileFormat.of(format, machine).map(tiles -> product(tiles, machine, tokens)));
  }

  private static byte[] product(TileFormat tiles, Machine machine, int tokens) {
    Optional<byte[]> pair = tokens == 1 ? machine.productOfTwo(tiles) : Optional.empty();
    return pair.orElseGet(() -> machine.product(tiles, tokens));
  }
}
