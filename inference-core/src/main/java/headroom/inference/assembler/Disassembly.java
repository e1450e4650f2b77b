package headroom.inference.assembler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Machine code as text, by the objdump of GNU binutils where it is installed. */
public final class Disassembly {
  /** Bytes of a constant, and what it is aligned to, at least. */
  private static final int CONSTANT = 16;

  private Disassembly() {}

  /** Which processor's code it is, and how that is written. */
  public enum Syntax {
    /** x86-64 in Intel's order of operands. */
    INTEL("objdump", "-m", "i386:x86-64", "-M", "intel"),
    /** x86-64 in AT&amp;T's order of operands. */
    ATT("objdump", "-m", "i386:x86-64", "-M", "att"),
    /** AArch64, by Debian's cross binutils. */
    A64("aarch64-linux-gnu-objdump", "-m", "aarch64");

    private final List<String> command;

    Syntax(String... command) {
      this.command = List.of(command);
    }

    /** The program that reads it. */
    public String program() {
      return command.getFirst();
    }
  }

  /**
   * An instruction.
   *
   * @param at bytes from the start of the code
   */
  private record Line(int at, String instruction) {
    /** Each function here returns in one place, and only constants follow. */
    boolean endsFunction() {
      return instruction.equals("ret");
    }
  }

  /** One line per instruction; empty where there is no objdump for it. */
  public static Optional<List<String>> of(byte[] code, Syntax syntax) {
    return read(code, syntax).map(lines -> lines.stream().map(Line::instruction).toList());
  }

  /**
   * A function for people: where each instruction lies, which jumps refer to, and the constants
   * behind its end as bytes; empty where there is no objdump for it.
   */
  public static Optional<List<String>> ofFunction(byte[] code, Syntax syntax) {
    return read(code, syntax).map(lines -> function(lines, code));
  }

  private static List<String> function(List<Line> lines, byte[] code) {
    int instructions =
        IntStream.rangeClosed(1, lines.size())
            .filter(count -> lines.get(count - 1).endsFunction())
            .findFirst()
            .orElse(lines.size());
    int end = instructions < lines.size() ? lines.get(instructions).at : code.length;
    List<String> listing = new ArrayList<>();
    for (Line line : lines.subList(0, instructions)) {
      listing.add("%5x: %s".formatted(line.at, line.instruction));
    }
    for (int at = Math.ceilDiv(end, CONSTANT) * CONSTANT; at < code.length; at += CONSTANT) {
      int to = Math.min(code.length, at + CONSTANT);
      listing.add(
          "%5x: .byte %s".formatted(at, HexFormat.ofDelimiter(" ").formatHex(code, at, to)));
    }
    return listing;
  }

  private static Optional<List<Line>> read(byte[] code, Syntax syntax) {
    Path file = null;
    try {
      file = Files.createTempFile("headroom", ".bin");
      Files.write(file, code);
      List<String> command = new ArrayList<>(syntax.command);
      command.addAll(List.of("-D", "-b", "binary", "--no-show-raw-insn", file.toString()));
      Process objdump = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(objdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (objdump.waitFor() != 0) {
        return Optional.empty();
      }
      return Optional.of(
          text.lines()
              .filter(line -> line.matches("\\s*[0-9a-f]+:\t.*"))
              .map(Disassembly::line)
              .toList());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      delete(file);
    }
  }

  private static Line line(String text) {
    int colon = text.indexOf(':');
    return new Line(
        Integer.parseInt(text.substring(0, colon).strip(), 16),
        text.substring(colon + 1).strip().replaceAll("\\s+", " "));
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // A few kilobytes in the folder for temporary files: the system clears it.
      }
    }
  }
}
