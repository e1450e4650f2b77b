package headroom.agent.cli;

import headroom.inference.assembler.Disassembly;
import headroom.inference.kernel.processor.KernelListing;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the kernels that the engine assembles, or prints one. */
@Command(
    name = "kernels",
    description = {
      "List the kernels that the engine assembles, with their bytes of code; or print one as",
      "objdump (GNU binutils) reads it, as bytes where that is not installed. Kernels for every",
      "processor can be printed on any."
    })
final class KernelsCommand implements Callable<Integer> {
  private static final int BYTES_PER_LINE = 16;

  @Spec private CommandSpec spec;

  @Option(
      names = "--print",
      paramLabel = "KERNEL",
      description =
          "Print this kernel: a product by its format, for example q8_0, or another of those that"
              + " are listed, for example norm or score-f16.")
  private @Nullable String print;

  @Option(
      names = "--instructions",
      paramLabel = "SET",
      defaultValue = "avx2",
      description =
          "avx2, avx-vnni or avx512-vnni for x86-64, neon-dotprod or neon-i8mm for AArch64."
              + " Default: avx2.")
  private String instructions = "avx2";

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "1",
      description = "Tokens that share each weight, or queries a key, 1 to 8. Default: 1.")
  private int tokens = 1;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  KernelsCommand() {}

  @Override
  public Integer call() {
    if (!KernelListing.instructionSets().contains(instructions)) {
      throw CommandFailure.badArgument(
          "--instructions is '%s'; wanted one of %s"
              .formatted(instructions, String.join(", ", KernelListing.instructionSets())));
    }
    if (tokens < 1 || tokens > KernelListing.mostTokens()) {
      throw CommandFailure.badArgument(
          "--tokens is %d; wanted 1 to %d".formatted(tokens, KernelListing.mostTokens()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (print == null) {
      list(out);
    } else {
      print(code(print), out);
    }
    return 0;
  }

  private byte[] code(String kernel) {
    return KernelListing.code(kernel, instructions, tokens)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    ("--print is '%s', which %s does not have; wanted one that 'headroom kernels"
                            + " --instructions %s' lists, for example q8_0 or norm")
                        .formatted(kernel, instructions, instructions)));
  }

  private List<String> names() {
    return KernelListing.names().stream()
        .filter(name -> KernelListing.code(name, instructions, tokens).isPresent())
        .toList();
  }

  private void list(PrintWriter out) {
    for (String name : names()) {
      out.println(
          "%-18s %5d bytes of %s for %d token%s"
              .formatted(name, code(name).length, instructions, tokens, tokens == 1 ? "" : "s"));
    }
  }

  private void print(byte[] code, PrintWriter out) {
    Disassembly.Syntax syntax = KernelListing.syntax(instructions);
    Optional<List<String>> lines = Disassembly.ofFunction(code, syntax);
    if (lines.isPresent()) {
      lines.get().forEach(out::println);
      return;
    }
    out.println(syntax.program() + " is not installed (GNU binutils); the bytes are");
    for (int at = 0; at < code.length; at += BYTES_PER_LINE) {
      int end = Math.min(code.length, at + BYTES_PER_LINE);
      out.println(HexFormat.ofDelimiter(" ").formatHex(code, at, end));
    }
  }
}
