package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.PackedLayout;

/**
 * With SMMLA: eight columns of two rows times the same eight of two tokens, which lie side by side.
 *
 * <pre>
 *   two quads of four rows, zipped        r0 r0 r1 r1 | r2 r2 r3 r3
 *   times a pair of tokens                r0t0 r0t1 r1t0 r1t1 | r2t0 r2t1 r3t0 r3t1
 *   unzipped, a token in each register    r0t0 r1t0 r2t0 r3t0 | r0t1 r1t1 r2t1 r3t1
 * </pre>
 *
 * <p>A last token without another is multiplied beside zeros.
 */
final class MatrixProducts implements Products {
  private static final int TOGETHER = 2 * PackedLayout.QUAD;

  private final KernelWriter writer;
  private final Assembler a;
  private final CodeLoads codes;
  private final Register input;
  private final int tokens;
  private final VectorRegister[] sums;
  private final VectorRegister spare;
  private final VectorRegister[] working;

  MatrixProducts(KernelWriter writer, CodeLoads codes, Register input, int tokens) {
    this.writer = writer;
    this.a = writer.assembler();
    this.codes = codes;
    this.input = input;
    this.tokens = tokens;
    sums = writer.registers(tokens + tokens % 2);
    spare = writer.register();
    working = writer.registers(WORKING);
  }

  @Override
  public void startBlock() {
    // Nothing is held from one pair of quads to the next.
  }

  @Override
  public VectorRegister[] multiply(int firstQuad, int quads) {
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    for (int quad = firstQuad; quad < firstQuad + quads; quad += 2) {
      multiply(quad);
    }
    // The register that is spare takes turns: unzipping two registers needs a third.
    VectorRegister[] unzipped = new VectorRegister[sums.length];
    VectorRegister free = spare;
    for (int t = 0; t < sums.length; t += 2) {
      a.emit(Op.UZP1, free, sums[t], sums[t + 1]);
      a.emit(Op.UZP2, sums[t + 1], sums[t], sums[t + 1]);
      unzipped[t] = free;
      unzipped[t + 1] = sums[t + 1];
      free = sums[t];
    }
    return unzipped;
  }

  private void multiply(int quad) {
    VectorRegister first = working[0];
    VectorRegister second = working[1];
    codes.load(quad, first);
    codes.load(quad + 1, second);
    VectorRegister upperRows = working[2];
    VectorRegister lowerRows = working[3];
    a.emit(Op.ZIP1, upperRows, first, second);
    a.emit(Op.ZIP2, lowerRows, first, second);
    for (int t = 0; t < tokens; t += 2) {
      VectorRegister x = working[4 + t / 2 % 2];
      int at = PackedLayout.codeAt(quad * PackedLayout.QUAD, t, tokens, TOGETHER);
      a.load(t + 1 < tokens ? Width.Q : Width.D, x, Address.at(input, at));
      a.emit(Op.SMMLA, sums[t], upperRows, x);
      a.emit(Op.SMMLA, sums[t + 1], lowerRows, x);
    }
  }

  @Override
  public VectorRegister[] free() {
    return working;
  }
}
