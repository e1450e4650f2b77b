package headroom.agent.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** What {@link KernelBenchmark} measured, as tables for a README. */
final class KernelTable {
  private static final String BEGIN = "<!-- kernels: what KernelBenchmark writes -->";
  private static final String END = "<!-- kernels end -->";

  private final Collection<RunResult> results;

  KernelTable(Collection<RunResult> results) {
    this.results = results;
  }

  /**
   * Replaces what is between the two marks of a file.
   *
   * @throws IllegalStateException where the file lacks them
   */
  void writeInto(Path file) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "%s lacks a line '%s' with '%s' after it; write them where the tables go"
              .formatted(file, BEGIN, END));
    }
    Files.writeString(
        file, text.substring(0, begin + BEGIN.length()) + "\n" + markdown() + text.substring(end));
  }

  /** One table of products, and one of attention where it was measured. */
  String markdown() {
    return table("product", "formats", "tokens", "weights", "token")
        + table("attention", "caches", "queries", "cache", "query")
        + "\nJDK %s (%s), one thread.\n"
            .formatted(System.getProperty("java.vm.version"), System.getProperty("java.vm.vendor"));
  }

  /**
   * A row per stored format and set of kernels, and a column per number of tokens: GB/s where there
   * is one, GMAC/s where several share what is read.
   */
  private String table(String benchmark, String rows, String columns, String what, String one) {
    List<RunResult> measured =
        results.stream()
            .filter(result -> result.getParams().getBenchmark().endsWith("." + benchmark))
            .toList();
    if (measured.isEmpty()) {
      return "";
    }
    List<Integer> counts =
        measured.stream().map(result -> count(result, columns)).distinct().sorted().toList();
    Map<String, Map<Integer, String>> cells = new TreeMap<>();
    for (RunResult result : measured) {
      String row = "| %s | %s |".formatted(param(result, rows), set(result));
      int count = count(result, columns);
      cells
          .computeIfAbsent(row, name -> new TreeMap<>())
          .put(count, rate(result, count == 1 ? "bytes" : "multiplyAdds"));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        counts.stream()
            .map(
                count ->
                    count == 1 ? " 1 %s, GB/s |".formatted(one) : " %d, GMAC/s |".formatted(count))
            .collect(Collectors.joining("", "| %s | kernels |".formatted(what), "")));
    lines.add("|---|---|" + "---|".repeat(counts.size()));
    cells.forEach(
        (row, byCount) ->
            lines.add(
                counts.stream()
                    .map(count -> " %s |".formatted(byCount.getOrDefault(count, "")))
                    .collect(Collectors.joining("", row, ""))));
    return "\n" + String.join("\n", lines) + "\n";
  }

  private static String param(RunResult result, String name) {
    return result.getParams().getParam(name);
  }

  private static String set(RunResult result) {
    return param(result, "kernels").toLowerCase(Locale.ROOT);
  }

  private static int count(RunResult result, String name) {
    return Integer.parseInt(param(result, name));
  }

  /** The mean of the iterations, and the slowest and the fastest. */
  private static String rate(RunResult result, String counter) {
    Statistics s = result.getSecondaryResults().get(counter).getStatistics();
    return String.format(Locale.ROOT, "%.1f (%.1f to %.1f)", s.getMean(), s.getMin(), s.getMax());
  }
}
