package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.PackedLayout;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * With SDOT: four rows' quads times one quad of one token, which is a lane of a register that holds
 * the quads of four tokens, or of one token four quads.
 */
final class DotProducts implements Products {
  private static final int NOTHING = -1;
  private static final int HALF = PackedLayout.QUADS / 2;

  private final KernelWriter writer;
  private final Assembler a;
  private final CodeLoads codes;
  private final Register input;
  private final int tokens;
  private final VectorRegister[] sums;
  private final VectorRegister code;

  /** Activations: three registers for the lower half of a block, and three for the upper. */
  private final VectorRegister[] x;

  /** Which sixteen bytes of the block each of those holds. */
  private final int[] held = new int[WORKING];

  DotProducts(KernelWriter writer, CodeLoads codes, Register input, int tokens) {
    this.writer = writer;
    this.a = writer.assembler();
    this.codes = codes;
    this.input = input;
    this.tokens = tokens;
    sums = writer.registers(tokens);
    code = writer.register();
    x = writer.registers(WORKING);
  }

  @Override
  public void startBlock() {
    Arrays.fill(held, NOTHING);
  }

  @Override
  public VectorRegister[] multiply(int firstQuad, int quads) {
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    order(firstQuad, quads)
        .forEach(
            quad -> {
              codes.load(quad, code);
              for (int t = 0; t < tokens; t++) {
                a.emit(Op.SDOT_LANE, sums[t], code, activation(quad, t));
              }
            });
    return sums;
  }

  /** Quads that share a line come after each other. */
  private IntStream order(int first, int quads) {
    return quads == PackedLayout.QUADS && codes.sharesLines()
        ? IntStream.range(0, quads).map(i -> i / 2 + i % 2 * HALF)
        : IntStream.range(first, first + quads);
  }

  /** A token's quad in its lane; loaded if it is not there yet. */
  private VectorRegister.Lane activation(int quad, int token) {
    int at = PackedLayout.quadAt(quad, token, tokens);
    int sixteen = at / VectorRegister.BYTES;
    int place = quad / HALF * (WORKING / 2) + sixteen % (WORKING / 2);
    if (held[place] != sixteen) {
      a.load(Width.Q, x[place], Address.at(input, sixteen * VectorRegister.BYTES));
      held[place] = sixteen;
    }
    return x[place].lane(at % VectorRegister.BYTES / PackedLayout.QUAD);
  }

  @Override
  public VectorRegister[] free() {
    Arrays.fill(held, NOTHING);
    return x;
  }
}
