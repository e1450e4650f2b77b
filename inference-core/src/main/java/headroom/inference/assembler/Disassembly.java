package headroom.inference.assembler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Machine code as text, by the objdump of GNU binutils where it is installed. */
public final class Disassembly {
  private Disassembly() {}

  /**
   * One line per instruction, in Intel's order of operands or in AT&amp;T's; empty where there is
   * no objdump.
   */
  public static Optional<List<String>> of(byte[] code, boolean intel) {
    Path file = null;
    try {
      file = Files.createTempFile("headroom", ".bin");
      Files.write(file, code);
      Process objdump =
          new ProcessBuilder(
                  "objdump",
                  "-D",
                  "-b",
                  "binary",
                  "-m",
                  "i386:x86-64",
                  "-M",
                  intel ? "intel" : "att",
                  "--no-show-raw-insn",
                  file.toString())
              .redirectErrorStream(true)
              .start();
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
