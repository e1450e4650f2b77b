package headroom.agent.cli;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.Comparison;
import headroom.accuracy.KnownMiss;
import headroom.accuracy.Summary;
import headroom.agent.json.RunJson;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An accuracy report as JSON. */
final class AccuracyJson {
  private AccuracyJson() {}

  static ObjectNode of(AccuracyReport report) {
    ObjectNode tree = RunJson.mapper().createObjectNode();
    ArrayNode cases = tree.putArray("cases");
    for (AccuracyReport.GradedCase graded : report.cases()) {
      ObjectNode row = cases.addObject().put("id", graded.id());
      graded.tier().ifPresent(tier -> row.put("tier", tier));
      // A case that is a table of files has several comparisons of one quantity.
      for (Comparison one : graded.comparisons()) {
        ObjectNode node = RunJson.mapper().createObjectNode();
        node.put("predicted", one.predicted())
            .put("expected", one.expected())
            .put("error", one.error());
        one.covered().ifPresent(covered -> node.put("covered", covered));
        KnownMiss.of(graded.id(), one).ifPresent(miss -> node.put("why", miss.why()));
        if (row.has(one.quantity())) {
          row.withArray(one.quantity() + "Others").add(node);
        } else {
          row.set(one.quantity(), node);
        }
      }
    }
    put(tree.putObject("summary"), report.summary());
    if (!report.tiers().isEmpty()) {
      ObjectNode tiers = tree.putObject("tiers");
      report.tiers().forEach(tier -> put(tiers.putObject(tier), report.summaryOf(tier)));
    }
    putClasses(tree, report);
    ArrayNode skipped = tree.putArray("skipped");
    for (AccuracyReport.SkippedCase one : report.skipped()) {
      skipped.addObject().put("id", one.id()).put("reason", one.reason());
    }
    return tree;
  }

  /** The same, with what the constants predict of devices that they were not fitted to. */
  static ObjectNode of(AccuracyReport report, AccuracyReport leftOut) {
    ObjectNode tree = of(report);
    ObjectNode node = tree.putObject("devicesLeftOut");
    ObjectNode tiers = node.putObject("tiers");
    leftOut.tiers().forEach(tier -> put(tiers.putObject(tier), leftOut.summaryOf(tier)));
    putClasses(node, leftOut);
    return tree;
  }

  private static void putClasses(ObjectNode tree, AccuracyReport report) {
    ObjectNode classes = RunJson.mapper().createObjectNode();
    for (String tier : report.tiers()) {
      for (String group : report.groups(tier)) {
        put(classes.withObject("/" + tier).putObject(group), report.summaryOf(tier, group));
      }
    }
    if (!classes.isEmpty()) {
      tree.set("classes", classes);
    }
  }

  private static void put(ObjectNode tree, Map<String, Summary> summaries) {
    summaries.forEach(
        (quantity, summary) -> {
          ObjectNode node = tree.putObject(quantity);
          node.put("n", summary.n())
              .put("median", summary.median())
              .put("mean", summary.mean())
              .put("worst", summary.worst());
          ObjectNode within = node.putObject("within");
          summary.within().forEach((percent, share) -> within.put(percent, share));
          summary.coverage80().ifPresent(share -> node.put("coverage80", share));
        });
  }
}
