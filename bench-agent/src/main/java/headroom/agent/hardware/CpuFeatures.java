package headroom.agent.hardware;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Instruction sets that matrix kernels care about, out of everything a processor lists. */
public final class CpuFeatures {
  /**
   * Names as Linux writes them in {@code /proc/cpuinfo} (<a
   * href="https://github.com/torvalds/linux/blob/v6.12/arch/x86/include/asm/cpufeatures.h">x86</a>,
   * <a
   * href="https://github.com/torvalds/linux/blob/v6.12/Documentation/arch/arm64/elf_hwcaps.rst">arm64</a>).
   */
  private static final Set<String> WANTED =
      Set.of(
          "ssse3",
          "sse4_2",
          "avx",
          "avx2",
          "f16c",
          "fma",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "asimd",
          "asimdhp",
          "asimddp",
          "i8mm",
          "bf16",
          "sve",
          "sve2",
          "sme");

  private static final Pattern LINE = Pattern.compile("(?m)^([^:\n]+?)\\s*:\\s*(.*)$");

  private CpuFeatures() {}

  /**
   * The wanted features in the first processor's {@code flags} or {@code Features} line, sorted.
   */
  public static List<String> ofCpuinfo(String cpuinfo) {
    return value(cpuinfo, "flags")
        .or(() -> value(cpuinfo, "Features"))
        .map(flags -> wanted(Arrays.stream(flags.split("\\s+"))))
        .orElse(List.of());
  }

  /** The processor's name in {@code /proc/cpuinfo}, where it says one. */
  public static Optional<String> nameInCpuinfo(String cpuinfo) {
    return value(cpuinfo, "model name").or(() -> value(cpuinfo, "Model")).map(String::strip);
  }

  /** The wanted features in lists of flags as other systems write them, sorted. */
  public static List<String> ofFlags(Collection<String> flags) {
    return wanted(flags.stream().flatMap(line -> Arrays.stream(line.split("[\\s,:]+"))));
  }

  private static List<String> wanted(Stream<String> flags) {
    return flags
        .map(flag -> flag.toLowerCase(Locale.ROOT))
        .filter(WANTED::contains)
        .distinct()
        .sorted()
        .toList();
  }

  private static Optional<String> value(String cpuinfo, String key) {
    return LINE.matcher(cpuinfo)
        .results()
        .filter(line -> line.group(1).equals(key) && !line.group(2).isBlank())
        .map(line -> line.group(2))
        .findFirst();
  }
}
