package headroom.web.results;

import headroom.measure.BenchmarkRun;
import headroom.measure.Workload;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes the command that repeats a run on the reader's own machine. */
final class BenchCommand {
  private BenchCommand() {}

  /**
   * Safe to paste: every word from the document was checked to be a plain name or a number when it
   * was received, see {@link RunChecks}.
   */
  static String repeating(BenchmarkRun run, String siteUrl) {
    Set<String> tests = new LinkedHashSet<>();
    Set<Integer> depths = new TreeSet<>();
    for (var cell : run.cells()) {
      Workload workload = Workload.parse(cell.test()).orElseThrow();
      tests.add(new Workload(workload.promptTokens(), workload.generatedTokens(), 0).toString());
      depths.add(workload.depth());
    }
    var settings = run.settings();
    String cache =
        settings.keyFormat().equals(settings.valueFormat())
            ? settings.keyFormat()
            : settings.keyFormat() + "," + settings.valueFormat();
    return "java -jar headroom-agent.jar bench --model %s --tests %s --depth %s --kv %s --threads %d --upload %s"
        .formatted(model(run), joined(tests), joined(depths), cache, settings.threads(), siteUrl);
  }

  private static String model(BenchmarkRun run) {
    return run.model().synthetic() && run.model().shape().isPresent()
        ? run.model().shape().get() + ":" + run.model().format()
        : "FILE.gguf";
  }

  private static String joined(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
