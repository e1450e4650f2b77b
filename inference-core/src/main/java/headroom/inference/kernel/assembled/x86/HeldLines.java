package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Lines of codes that stay in registers while quads are taken from them, where registers are left:
 * a kernel for one token has more of them than it has use for, and fewer instructions to a byte.
 */
final class HeldLines {
  private record Line(TileRows rows, int number) {}

  private final Assembler a;
  private final List<VectorRegister> registers;
  private final SequencedMap<Line, VectorRegister> held =
      new LinkedHashMap<>(16, 0.75f, true); // what was not used for longest comes first

  /**
   * @param registers as many as there are, or none
   */
  HeldLines(KernelWriter writer, List<VectorRegister> registers) {
    this.a = writer.assembler();
    this.registers = registers;
  }

  /** Where this line is, which was loaded if it was not held. */
  VectorRegister line(TileRows rows, int number, VectorRegister otherwise) {
    if (registers.isEmpty()) {
      a.emit(Op.VMOVDQU, otherwise, rows.codes(number));
      return otherwise;
    }
    Line line = new Line(rows, number);
    VectorRegister found = held.get(line);
    if (found == null) {
      found = held.size() < registers.size() ? registers.get(held.size()) : dropUnused();
      a.emit(Op.VMOVDQU, found, rows.codes(number));
      held.put(line, found);
    }
    return found;
  }

  private VectorRegister dropUnused() {
    return held.pollFirstEntry().getValue();
  }

  /** The next block has other lines. */
  void forget() {
    held.clear();
  }
}
