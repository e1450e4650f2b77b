package headroom.inference.assembler.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.Label;
import headroom.inference.codec.LittleEndian;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Functions for AArch64, called with what they are given, on any machine that has qemu-user: an ELF
 * file with nothing but them, their memory, and a loop that makes the calls and prints the memory.
 *
 * <p>Each call finds sentinels in the registers that a function must leave as they are (AAPCS64,
 * section 6.1), and is held to that.
 */
public final class QemuProgram {
  /** A processor that has no more than every AArch64 has, as qemu names it. */
  public static final String PLAIN = "cortex-a72";

  /** What the loop takes of the stack for each call. */
  static final int STACK_BYTES = 16;

  private static final long BASE = 0x400000;
  private static final int ALIGNMENT = 64;

  // A call in the table, as longs.
  private static final int FUNCTION = 0;
  private static final int ARGUMENTS = 1;
  private static final int IN_REGISTERS = 8;
  private static final int MOST_ARGUMENTS = IN_REGISTERS + 1;
  private static final int KEPT = ARGUMENTS + MOST_ARGUMENTS;
  private static final int KEPT_DOUBLES = 8; // d8 to d15
  private static final int KEPT_LONGS = 10; // x18, and x20 to x28; x19 is the loop's
  private static final int STACK = KEPT + KEPT_DOUBLES + KEPT_LONGS;
  private static final int LONGS = STACK + 1;

  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private final List<long[]> calls = new ArrayList<>();
  private final List<Consumer<MemorySegment>> checks = new ArrayList<>();
  private final Map<ByteBuffer, Long> functions = new HashMap<>();

  /** The emulator; empty where none is installed. */
  public static Optional<String> emulator() {
    return Stream.of("qemu-aarch64-static", "qemu-aarch64")
        .filter(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
        .findFirst();
  }

  /** Skips a test, saying so, where no emulator is installed. */
  public static void assumeEmulator() {
    assumeTrue(emulator().isPresent(), "qemu-aarch64 is not installed (qemu-user-static)");
  }

  /** Puts bytes into memory, on a cache line of their own; where they will lie. */
  public long data(byte[] bytes) {
    while (memory.size() % ALIGNMENT != 0) {
      memory.write(0);
    }
    long at = memory.size();
    memory.writeBytes(bytes);
    return at;
  }

  public long floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return data(bytes.array());
  }

  /** A function; the same one is put into memory once. */
  public long function(byte[] code) {
    return functions.computeIfAbsent(ByteBuffer.wrap(code), key -> data(code));
  }

  /**
   * A call, after those before it.
   *
   * @param function what {@link #function} said
   * @param arguments up to nine; places in memory as {@link #at} says them
   */
  public void call(long function, long... arguments) {
    long[] call = new long[LONGS];
    call[FUNCTION] = at(function);
    System.arraycopy(arguments, 0, call, ARGUMENTS, arguments.length);
    for (int i = KEPT; i < STACK; i++) {
      call[i] = 0x5AFE_0000_0000_0000L + calls.size() * 64L + i;
    }
    calls.add(call);
  }

  /** Looks at memory, places as {@link #data} said them, after all calls. */
  public void check(Consumer<MemorySegment> check) {
    checks.add(check);
  }

  /** One of the floats at a place that {@link #data} said. */
  public static float at(MemorySegment memory, long place, int index) {
    return memory.get(LittleEndian.FLOAT, place + (long) index * Float.BYTES);
  }

  /** The address of a place that {@link #data} said. */
  public static long at(long place) {
    return BASE + start() + place;
  }

  /**
   * Makes the calls, then all checks.
   *
   * @param processor as qemu names it, for example {@code max}
   */
  public void run(String processor) throws IOException, InterruptedException {
    Path program = Files.createTempFile("headroom", ".elf");
    try {
      Files.write(program, elf());
      assertThat(program.toFile().setExecutable(true)).isTrue();
      Process process =
          new ProcessBuilder(emulator().orElseThrow(), "-cpu", processor, program.toString())
              .redirectError(ProcessBuilder.Redirect.PIPE)
              .start();
      byte[] found;
      try (InputStream out = process.getInputStream()) {
        found = out.readAllBytes();
      }
      String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s said: %s", processor, said).isZero();
      checkRegisters(ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN));
      MemorySegment after = MemorySegment.ofArray(found);
      checks.forEach(check -> check.accept(after));
    } finally {
      Files.delete(program);
    }
  }

  private void checkRegisters(ByteBuffer found) {
    long stack = found.getLong(memory.size() + STACK * Long.BYTES);
    for (int i = 0; i < calls.size(); i++) {
      int at = memory.size() + i * LONGS * Long.BYTES;
      for (int k = KEPT; k < STACK; k++) {
        assertThat(found.getLong(at + k * Long.BYTES))
            .as("call %d, register %d of those a function keeps", i, k - KEPT)
            .isEqualTo(calls.get(i)[k]);
      }
      assertThat(found.getLong(at + STACK * Long.BYTES)).as("the stack").isEqualTo(stack);
    }
  }

  /** Bytes before the memory: the headers and the loop, which is of one length. */
  private static long start() {
    return align(loop(0, 0, 0).length + HEADERS, ALIGNMENT);
  }

  private static long align(long bytes, int multiple) {
    return Math.ceilDiv(bytes, multiple) * (long) multiple;
  }

  // ELF-64: a file header and one segment, to be loaded as it is (System V ABI, chapter 4).
  private static final int FILE_HEADER = 64;
  private static final int SEGMENT_HEADER = 56;
  private static final int HEADERS = FILE_HEADER + SEGMENT_HEADER;
  private static final short EXECUTABLE = 2;
  private static final short AARCH64 = 183;
  private static final int LOADED = 1;
  private static final int READ_WRITE_EXECUTE = 7;

  private byte[] elf() {
    long table = data(new byte[0]);
    int longs = (calls.size() + 1) * LONGS; // the last one's function is zero
    int all = (int) start() + (int) table + longs * Long.BYTES;
    ByteBuffer file = ByteBuffer.allocate(all).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}); // 64 bits, little-endian, version 1
    file.position(16);
    file.putShort(EXECUTABLE).putShort(AARCH64).putInt(1);
    file.putLong(BASE + HEADERS).putLong(FILE_HEADER).putLong(0); // entry, segments, sections
    file.putInt(0).putShort((short) FILE_HEADER).putShort((short) SEGMENT_HEADER);
    file.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    file.putInt(LOADED).putInt(READ_WRITE_EXECUTE).putLong(0).putLong(BASE).putLong(BASE);
    file.putLong(all).putLong(all).putLong(1 << 12);
    file.put(loop(at(table), at(0), all - start()));
    file.position((int) start());
    file.put(memory.toByteArray());
    for (long[] call : calls) {
      for (long value : call) {
        file.putLong(value);
      }
    }
    return file.array();
  }

  /** The loop over the table, then write(1, memory, bytes) and exit(0). */
  private static byte[] loop(long table, long from, long bytes) {
    Assembler a = new Assembler();
    Label next = new Label();
    Label print = new Label();
    Label more = new Label();
    Label end = new Label();
    Label addresses = new Label();
    Register call = Register.X19;
    Register function = Register.X16;
    a.adr(Register.X17, addresses);
    a.load64(call, Address.at(Register.X17, 0));
    a.place(next);
    a.load64(function, Address.at(call, 0));
    a.jumpIfZero(function, print);
    for (int i = 0; i < IN_REGISTERS; i++) {
      a.load64(Register.values()[i], place(ARGUMENTS + i));
    }
    a.load64(Register.X17, place(ARGUMENTS + IN_REGISTERS));
    a.sub(Register.SP, Register.SP, STACK_BYTES);
    a.storePair(Address.at(Register.SP, 0), Register.X17, Register.X17);
    for (int i = 0; i < KEPT_DOUBLES; i++) {
      a.load(Width.D, new VectorRegister(8 + i), place(KEPT + i));
    }
    word(a, 0xF9400272 | KEPT + KEPT_DOUBLES << 10); // ldr x18, [x19, ...]
    for (int i = 1; i < KEPT_LONGS; i++) {
      a.load64(Register.valueOf("X" + (19 + i)), place(KEPT + KEPT_DOUBLES + i));
    }
    word(a, 0xD63F0200); // blr x16
    for (int i = 0; i < KEPT_DOUBLES; i++) {
      a.store(Width.D, place(KEPT + i), new VectorRegister(8 + i));
    }
    word(a, 0xF9000272 | KEPT + KEPT_DOUBLES << 10); // str x18, [x19, ...]
    for (int i = 1; i < KEPT_LONGS; i++) {
      word(a, 0xF9000260 | KEPT + KEPT_DOUBLES + i << 10 | 19 + i); // str x20 to x28
    }
    a.mov(Register.X17, Register.SP);
    word(a, 0xF9000271 | STACK << 10); // str x17, [x19, ...]
    a.add(Register.SP, Register.SP, STACK_BYTES);
    a.add(call, call, LONGS * Long.BYTES);
    a.jump(next);
    a.place(print);
    a.adr(Register.X17, addresses);
    a.load64(Register.X20, Address.at(Register.X17, Long.BYTES));
    a.load64(Register.X21, Address.at(Register.X17, 2 * Long.BYTES));
    a.place(more);
    a.jumpIfZero(Register.X21, end);
    a.mov(Register.X0, 1);
    a.mov(Register.X1, Register.X20);
    a.mov(Register.X2, Register.X21);
    a.mov(Register.X8, 64); // write
    word(a, 0xD4000001); // svc #0
    a.subs(Register.X9, Register.X0, 0);
    a.jumpIf(Condition.NEGATIVE, end);
    a.add(Register.X20, Register.X20, Register.X0);
    a.sub(Register.X21, Register.X21, Register.X0);
    a.jump(more);
    a.place(end);
    a.mov(Register.X0, Register.X21); // what could not be written, else zero
    a.mov(Register.X8, 93); // exit
    word(a, 0xD4000001); // svc #0
    a.align(Long.BYTES);
    a.place(addresses);
    ByteBuffer three = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    a.data(three.putLong(table).putLong(from).putLong(bytes).array());
    return a.bytes();
  }

  private static Address place(int index) {
    return Address.at(Register.X19, index * Long.BYTES);
  }

  /** An instruction that no kernel uses. */
  private static void word(Assembler a, int word) {
    a.data(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array());
  }
}
