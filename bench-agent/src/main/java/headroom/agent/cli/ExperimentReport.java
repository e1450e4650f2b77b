package headroom.agent.cli;

import headroom.agent.experiment.Experiment;
import headroom.agent.experiment.Rate;
import headroom.agent.experiment.Row;
import headroom.agent.experiment.Setting;
import headroom.agent.json.RunJson;
import headroom.inference.evaluation.Divergence;
import headroom.inference.evaluation.Estimate;
import headroom.units.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What came out of an experiment, for people and for programs.
 *
 * @param model name of the file
 * @param context tokens of a context
 * @param random true where the weights are not trained
 */
record ExperimentReport(
    Experiment experiment, String model, int context, boolean random, List<Row> rows) {
  private static final String RANDOM =
      "%nIts weights are random: speed and bytes are those of its shape, perplexity says nothing of text,%nand divergence only that something is rounded or forgotten. --model FILE.gguf tries a trained model."
          .formatted();

  String text() {
    TextTable table =
        TextTable.of(
            "",
            ">prefill tok/s",
            ">decode tok/s",
            ">cache",
            ">weights",
            ">perplexity",
            ">KL from the first",
            ">same top",
            "");
    for (Row row : rows) {
      table.row(
          row.name(),
          rate(row.prefill()),
          rate(row.decode()),
          bytes(row.cacheBytes()),
          bytes(row.weightBytes()),
          row.quality()
              .map(
                  quality ->
                      String.format(
                          Locale.ROOT,
                          "%.3f ± %.3f",
                          quality.value().value(),
                          quality.value().error()))
              .orElse(""),
          row.quality()
              .flatMap(quality -> quality.divergence())
              .map(divergence -> String.format(Locale.ROOT, "%.5f", divergence.mean().value()))
              .orElse(""),
          row.quality()
              .flatMap(quality -> quality.divergence())
              .map(
                  divergence ->
                      String.format(Locale.ROOT, "%.1f %%", 100 * divergence.sameTop().value()))
              .orElse(""),
          row.note());
    }
    return "%s (%s)%n%n%s%n%n%s"
        .formatted(
            experiment.title(),
            experiment.link(),
            table,
            "%s, contexts of %d tokens; speeds are medians of %d, with the slowest and the fastest.%s"
                .formatted(model, context, Setting.REPETITIONS, random ? RANDOM : ""));
  }

  /** The median, with the slowest and the fastest. */
  private static String rate(Optional<Rate> rate) {
    return rate.map(
            one ->
                "%s (%s to %s)"
                    .formatted(number(one.median()), number(one.low()), number(one.high())))
        .orElse("");
  }

  private static String number(double rate) {
    return String.format(Locale.ROOT, rate >= 100 ? "%.0f" : "%.1f", rate);
  }

  private static String bytes(OptionalLong bytes) {
    return bytes.isEmpty() ? "" : Bytes.of(bytes.getAsLong()).toString();
  }

  ObjectNode json() {
    ObjectNode tree =
        RunJson.mapper()
            .createObjectNode()
            .put("experiment", experiment.slug())
            .put("title", experiment.title())
            .put("paper", experiment.link())
            .put("model", model)
            .put("context", context)
            .put("randomWeights", random);
    ArrayNode list = tree.putArray("rows");
    for (Row row : rows) {
      ObjectNode node = list.addObject().put("name", row.name());
      row.prefill().ifPresent(rate -> put(node, "prefill", rate));
      row.decode().ifPresent(rate -> put(node, "decode", rate));
      row.cacheBytes().ifPresent(bytes -> node.put("cacheBytes", bytes));
      row.weightBytes().ifPresent(bytes -> node.put("weightBytes", bytes));
      row.quality()
          .ifPresent(
              quality -> {
                put(node, "perplexity", quality.value());
                quality.divergence().ifPresent(divergence -> put(node, divergence));
              });
      if (!row.note().isEmpty()) {
        node.put("note", row.note());
      }
    }
    return tree;
  }

  private static void put(ObjectNode node, String what, Rate rate) {
    node.put(what + "TokensPerSecond", rate.median())
        .put(what + "Slowest", rate.low())
        .put(what + "Fastest", rate.high());
  }

  private static void put(ObjectNode node, Divergence divergence) {
    put(node, "meanKl", divergence.mean());
    node.put("kl99", divergence.percentile99()).put("largestKl", divergence.largest());
    put(node, "sameTop", divergence.sameTop());
  }

  private static void put(ObjectNode node, String name, Estimate estimate) {
    node.put(name, estimate.value()).put(name + "Error", estimate.error());
  }
}
