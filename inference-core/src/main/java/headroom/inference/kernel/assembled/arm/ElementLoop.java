package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import java.util.List;

/**
 * Writes loops over so many elements of arrays as a register says, none among them: some vectors at
 * a time, then one, then an element by itself, so that nothing behind the last is touched.
 *
 * @param size elements; stays as it is
 * @param left the loop's own
 * @param pointers move on
 */
record ElementLoop(Assembler a, Register size, Register left, List<Pointer> pointers) {
  private static final int LANES = KernelWriter.LANES;

  /**
   * Where an array goes on.
   *
   * @param times as many of its elements as of others are taken
   */
  record Pointer(Register register, int times) {}

  /** What is done to the elements of one vector, or to one. */
  interface Body {
    void write(Elements now);
  }

  static ElementLoop over(Assembler a, Register size, Register left, Register... pointers) {
    List<Pointer> all = List.of(pointers).stream().map(each -> new Pointer(each, 1)).toList();
    return new ElementLoop(a, size, left, all);
  }

  /**
   * @param vectors that are taken together where there are as many
   */
  void write(int vectors, Body body) {
    a.mov(left, size);
    if (vectors > 1) {
      whole(vectors, body);
    }
    whole(1, body);
    Label end = new Label();
    Label one = new Label();
    a.jumpIfZero(left, end);
    a.place(one);
    body.write(new Elements(a, 0, true));
    advance(Float.BYTES);
    a.subs(left, left, 1);
    a.jumpIf(Condition.NOT_ZERO, one);
    a.place(end);
  }

  /** As often as there are so many vectors left. */
  private void whole(int vectors, Body body) {
    Label next = new Label();
    Label end = new Label();
    a.subs(left, left, vectors * LANES);
    a.jumpIf(Condition.NEGATIVE, end);
    a.place(next);
    for (int vector = 0; vector < vectors; vector++) {
      body.write(new Elements(a, vector, false));
    }
    advance(vectors * VectorRegister.BYTES);
    a.subs(left, left, vectors * LANES);
    a.jumpIf(Condition.NOT_NEGATIVE, next);
    a.place(end);
    a.add(left, left, vectors * LANES);
  }

  private void advance(int bytes) {
    for (Pointer pointer : pointers) {
      a.add(pointer.register, pointer.register, pointer.times * bytes);
    }
  }

  /**
   * Elements that are taken now.
   *
   * @param vector of those that are taken together
   * @param alone true for one element, the lowest of a register, where the others are zero
   */
  record Elements(Assembler a, int vector, boolean alone) {
    void load(VectorRegister into, Register array) {
      load(into, array, 0);
    }

    /** As {@link #load(VectorRegister, Register)}, some bytes on. */
    void load(VectorRegister into, Register array, int bytes) {
      a.load(width(), into, Address.at(array, vector * VectorRegister.BYTES + bytes));
    }

    void store(Register array, VectorRegister from) {
      store(array, 0, from);
    }

    void store(Register array, int bytes, VectorRegister from) {
      a.store(width(), Address.at(array, vector * VectorRegister.BYTES + bytes), from);
    }

    private Width width() {
      return alone ? Width.S : Width.Q;
    }
  }
}
