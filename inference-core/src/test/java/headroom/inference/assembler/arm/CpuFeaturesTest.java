package headroom.inference.assembler.arm;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.assembler.Label;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuFeaturesTest {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** All other bits set, then those that count. */
  @Test
  void featuresAreThoseOfTheirBits() {
    assertThat(CpuFeatures.of(~(1L << 20), ~(1L << 13))).isEqualTo(CpuFeatures.NONE);
    assertThat(CpuFeatures.of(1 << 20, 0)).isEqualTo(new CpuFeatures(true, false));
    assertThat(CpuFeatures.of(1 << 20, 1 << 13)).isEqualTo(new CpuFeatures(true, true));
  }

  @ParameterizedTest
  @CsvSource({"cortex-a72, false, false", "neoverse-n1, true, false", "max, true, true"})
  void featuresAreThoseThatTheSystemTells(
      String processor, boolean dotProduct, boolean matrixProduct) throws Exception {
    QemuProgram.assumeEmulator();
    int most = 64;
    QemuProgram program = new QemuProgram();
    long told = program.data(new byte[2 * Long.BYTES * most]);
    program.call(program.function(copyAuxiliaryVector()), QemuProgram.at(told));
    program.check(
        after ->
            assertThat(CpuFeatures.of(value(after, told, 16), value(after, told, 26)))
                .isEqualTo(new CpuFeatures(dotProduct, matrixProduct)));
    program.run(processor);
  }

  private static long value(MemorySegment memory, long pairs, long type) {
    for (long at = pairs; memory.get(LONG, at) != 0; at += 2 * Long.BYTES) {
      if (memory.get(LONG, at) == type) {
        return memory.get(LONG, at + Long.BYTES);
      }
    }
    return 0;
  }

  /**
   * Copies what getauxval looks in: pairs that lie on the stack of a program that starts, behind
   * the count of its arguments, these, and its environment, each closed by a zero (System V ABI).
   */
  private static byte[] copyAuxiliaryVector() {
    Assembler a = new Assembler();
    Label environment = new Label();
    Label pairs = new Label();
    Label done = new Label();
    int start = QemuProgram.STACK_BYTES;
    a.load64(Register.X1, Address.at(Register.SP, start));
    a.add(Register.X2, Register.SP, start + 2 * Long.BYTES); // the count and the zero
    a.add(Register.X2, Register.X2, Register.X1, 3);
    a.place(environment);
    a.load64(Register.X3, Address.at(Register.X2, 0));
    a.add(Register.X2, Register.X2, Long.BYTES);
    a.jumpIfZero(Register.X3, pairs);
    a.jump(environment);
    a.place(pairs);
    a.loadPair(Register.X3, Register.X4, Address.at(Register.X2, 0));
    a.storePair(Address.at(Register.X0, 0), Register.X3, Register.X4);
    a.jumpIfZero(Register.X3, done);
    a.add(Register.X0, Register.X0, 2 * Long.BYTES);
    a.add(Register.X2, Register.X2, 2 * Long.BYTES);
    a.jump(pairs);
    a.place(done);
    a.ret();
    return a.bytes();
  }

  @Test
  void anotherProcessorHasNone() {
    if (!CpuFeatures.isLinuxOnArm()) {
      assertThat(CpuFeatures.detect()).isEqualTo(CpuFeatures.NONE);
    }
  }
}
