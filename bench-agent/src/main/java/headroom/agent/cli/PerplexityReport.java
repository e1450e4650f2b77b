package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.inference.evaluation.Divergence;
import headroom.inference.evaluation.Estimate;
import headroom.inference.evaluation.Perplexity;
import headroom.kv.CacheStorage;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * A perplexity for people and for programs.
 *
 * @param perplexity what came out
 * @param storage of the cache
 * @param context tokens of a chunk
 * @param measure what it was held against, for people
 */
record PerplexityReport(Perplexity perplexity, CacheStorage storage, int context, String measure) {

  String text() {
    TextTable table = TextTable.of("", ">", "");
    table.row(
        "perplexity (cache %s)".formatted(storage.text()),
        number(perplexity.value().value()),
        error(perplexity.value()));
    perplexity.divergence().ifPresent(divergence -> rows(table, divergence));
    return "%s%n%nover %d tokens, the second halves of %d chunks of %d"
        .formatted(table, perplexity.scored(), perplexity.chunks(), context);
  }

  private void rows(TextTable table, Divergence divergence) {
    row(table, "perplexity (%s)".formatted(measure), divergence.base());
    row(table, "difference", divergence.difference());
    row(table, "ln of the quotient", divergence.logRatio());
    row(table, "KL divergence, mean", divergence.mean());
    table.row("KL divergence, median", number(divergence.median()), "");
    table.row("KL divergence, 99 %", number(divergence.percentile99()), "");
    table.row("KL divergence, largest", number(divergence.largest()), "");
    Estimate same = divergence.sameTop();
    table.row(
        "same likeliest token",
        String.format(Locale.ROOT, "%.2f %%", 100 * same.value()),
        String.format(Locale.ROOT, "± %.2f", 100 * same.error()));
  }

  private static void row(TextTable table, String name, Estimate estimate) {
    table.row(name, number(estimate.value()), error(estimate));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private static String error(Estimate estimate) {
    return "± " + number(estimate.error());
  }

  ObjectNode json() {
    ObjectNode tree = RunJson.mapper().createObjectNode();
    tree.put("cache", storage.text())
        .put("context", context)
        .put("chunks", perplexity.chunks())
        .put("scoredTokens", perplexity.scored());
    put(tree, "perplexity", perplexity.value());
    perplexity
        .divergence()
        .ifPresent(
            divergence -> {
              ObjectNode node = tree.putObject("divergence").put("measure", measure);
              put(node, "basePerplexity", divergence.base());
              put(node, "perplexityDifference", divergence.difference());
              put(node, "logPerplexityRatio", divergence.logRatio());
              put(node, "meanKl", divergence.mean());
              node.put("medianKl", divergence.median())
                  .put("kl99", divergence.percentile99())
                  .put("largestKl", divergence.largest());
              put(node, "sameTop", divergence.sameTop());
            });
    return tree;
  }

  private static void put(ObjectNode tree, String name, Estimate estimate) {
    tree.put(name, estimate.value()).put(name + "Error", estimate.error());
  }
}
