package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import headroom.measure.RunSettings;
import headroom.measure.RunSummary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The run document with the computed rates beside the raw samples; only for showing. */
final class BenchJson {
  private BenchJson() {}

  static JsonNode of(BenchmarkRun run) {
    JsonNode tree = RunJson.mapper().valueToTree(run);
    for (int c = 0; c < run.cells().size(); c++) {
      Cell cell = run.cells().get(c);
      RunSummary summary = RunSummary.of(run, cell);
      ObjectNode node = (ObjectNode) tree.path("cells").path(c);
      node.put("kv", cache(run.settings()))
          .put("median", summary.median().tokensPerSecond())
          .put("low", summary.low().tokensPerSecond())
          .put("high", summary.high().tokensPerSecond());
      summary.shareOfCeiling().ifPresent(share -> node.put("shareOfCeiling", share));
      node.put("kernels", run.settings().kernels());
    }
    return tree;
  }

  /** {@code f16}, or {@code q8_0,f16} where values are stored otherwise than keys. */
  static String cache(RunSettings settings) {
    return settings.keyFormat().equals(settings.valueFormat())
        ? settings.keyFormat()
        : settings.keyFormat() + "," + settings.valueFormat();
  }
}
