package headroom.inference.assembler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Machine code as text, by the objdump of GNU binutils where it is installed. */
public final class Disassembly {
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

  /** One line per instruction; empty where there is no objdump for it. */
  public static Optional<List<String>> of(byte[] code, Syntax syntax) {
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
              .map(line -> line.substring(line.indexOf('\t') + 1).strip().replaceAll("\\s+", " "))
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
