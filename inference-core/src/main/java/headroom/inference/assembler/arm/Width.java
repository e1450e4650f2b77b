package headroom.inference.assembler.arm;

/** How much of a vector register is loaded or stored; loads make the rest zero. */
public enum Width {
  H(2, 0x7C000000),
  S(4, 0xBC000000),
  D(8, 0xFC000000),
  Q(16, 0x3C800000);

  private final int bytes;

  /** STUR, from which the other loads and stores of this width differ by a few bits. */
  final int word;

  Width(int bytes, int word) {
    this.bytes = bytes;
    this.word = word;
  }

  public int bytes() {
    return bytes;
  }
}
