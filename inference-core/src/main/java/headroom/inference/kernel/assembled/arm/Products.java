package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.VectorRegister;

/** Writes the instructions that multiply codes with packed activations, as integers. */
sealed interface Products permits DotProducts, MatrixProducts {
  /** Registers that products need besides those of their sums. */
  int WORKING = 6;

  /** To be called where a block begins: no register holds anything of it. */
  void startBlock();

  /**
   * Σ code · x[t] over some quads.
   *
   * @return for each token a register with a sum for each row
   */
  VectorRegister[] multiply(int firstQuad, int quads);

  /** Registers that hold nothing once the sums are there; {@link #WORKING}. */
  VectorRegister[] free();
}
