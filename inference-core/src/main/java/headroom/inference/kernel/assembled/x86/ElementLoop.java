package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;

/**
 * Writes loops over so many elements of arrays as a register says, none among them: some vectors at
 * a time, then one, then an element by itself, so that nothing behind the last is touched.
 *
 * @param size elements; stays as it is
 * @param index bytes from the start of each array; the loop's own, as is {@code left}
 */
record ElementLoop(Assembler a, Register size, Register index, Register left) {
  private static final int LANES = RowKernel.LANES;

  /** What is done to the elements of one vector, or to one. */
  interface Body {
    void write(Elements now);
  }

  /**
   * @param vectors that are taken together where there are as many
   */
  void write(int vectors, Body body) {
    a.xor(index, index);
    a.mov(left, size);
    if (vectors > 1) {
      whole(vectors, body);
    }
    whole(1, body);
    Label end = new Label();
    Label one = new Label();
    a.add(left, 0);
    a.jumpIfZero(end);
    a.place(one);
    body.write(new Elements(a, index, 0, true));
    a.add(index, Float.BYTES);
    a.sub(left, 1);
    a.jumpIfNotZero(one);
    a.place(end);
  }

  /** As often as there are so many vectors left. */
  private void whole(int vectors, Body body) {
    Label next = new Label();
    Label end = new Label();
    a.sub(left, vectors * LANES);
    a.jumpIfNegative(end);
    a.place(next);
    for (int vector = 0; vector < vectors; vector++) {
      body.write(new Elements(a, index, vector, false));
    }
    a.add(index, vectors * LANES * Float.BYTES);
    a.sub(left, vectors * LANES);
    a.jumpIfNotNegative(next);
    a.place(end);
    a.add(left, vectors * LANES);
  }

  /**
   * Elements that are taken now.
   *
   * @param vector of those that are taken together
   * @param alone true for one element, the lowest of a register, where the others are zero
   */
  record Elements(Assembler a, Register index, int vector, boolean alone) {
    /** Where they lie in an array. */
    Memory at(Register array) {
      return at(array, 1, 0);
    }

    /** As {@link #at(Register)}, where {@code times} as many lie, some bytes from the first. */
    Memory at(Register array, int times, int bytes) {
      return Memory.at(array, index, times, times * vector * LANES * Float.BYTES + bytes);
    }

    void load(VectorRegister into, Memory from) {
      a.emit(alone ? Op.VMOVSS : Op.VMOVUPS, of(into), from);
    }

    void store(Memory to, VectorRegister from) {
      a.emit(alone ? Op.VMOVSS_STORE : Op.VMOVUPS_STORE, to, of(from));
    }

    /** dst = x op y. */
    void emit(Op op, VectorRegister dst, VectorRegister x, VectorRegister y) {
      a.emit(op, of(dst), of(x), of(y));
    }

    private VectorRegister of(VectorRegister register) {
      return alone ? register.as(VectorWidth.XMM) : register;
    }
  }
}
