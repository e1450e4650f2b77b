package headroom.agent.cli;

import headroom.advise.BestQuant;
import headroom.advise.DevicesFor;
import headroom.advise.Ladder.Rung;
import headroom.advise.LongestContext;
import headroom.advise.ModelsFor;
import headroom.advise.Outcome;
import headroom.advise.Terms;
import headroom.advise.Trial;
import headroom.advise.Upgrades;
import headroom.agent.json.RunJson;
import headroom.catalogue.CatalogueModel;
import headroom.device.Card;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.fit.SpeedEstimate;
import headroom.quant.WeightFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Advice as JSON; what is unknown is absent. */
final class AdviceJson {
  private AdviceJson() {}

  static ObjectNode of(Machine machine, Terms terms, ModelsFor models) {
    ObjectNode tree = asked(machine, terms);
    put(tree, models);
    ArrayNode misses = tree.putArray("misses");
    for (ModelsFor.Miss miss : models.misses()) {
      ObjectNode node = row(misses, miss.trial()).put("model", miss.model().id());
      put(node, miss.rung());
      miss.lower().ifPresent(lower -> node.put("onlyAs", lower.mix().id()));
    }
    return tree;
  }

  private static void put(ObjectNode tree, ModelsFor models) {
    tree.put("order", ModelsFor.SCORED_ORDER + "; without one: " + ModelsFor.OTHERS_ORDER);
    putModels(tree.putArray("models"), models.all());
  }

  private static void putModels(ArrayNode array, List<ModelsFor.Row> rows) {
    for (ModelsFor.Row row : rows) {
      ObjectNode node = row(array, row.trial()).put("model", row.model().id());
      put(node, row.rung());
      row.score()
          .ifPresent(
              score ->
                  node.put("score", score.score())
                      .put("benchmark", score.benchmark())
                      .put("scoreSource", score.source()));
    }
  }

  static ObjectNode of(
      CatalogueModel model, WeightFormat weights, Terms terms, DevicesFor devices) {
    ObjectNode tree = asked(terms).put("model", model.id()).put("quant", weights.id());
    putDevices(tree.putArray("devices"), devices.good());
    putDevices(tree.putArray("misses"), devices.misses());
    return tree.put("unknown", devices.unknown());
  }

  private static void putDevice(ObjectNode node, DevicesFor.Row row) {
    node.put("device", row.device().id()).put("cards", row.cards());
    if (row.launchPrice().isPresent()) {
      node.put("launchUsd", row.launchPrice().getAsDouble());
    }
    ArrayNode sources = node.putArray("sources");
    row.device().sources().forEach(sources::add);
  }

  static ObjectNode of(FitQuestion chosen, Terms terms, BestQuant quants, LongestContext contexts) {
    ObjectNode tree =
        asked(chosen.machine(), terms)
            .put("model", chosen.model().id())
            .put("quant", chosen.weights().id());
    ArrayNode formats = tree.putArray("quants");
    for (BestQuant.Choice choice : quants.choices()) {
      put(row(formats, choice.trial()), choice.rung());
    }
    ArrayNode rows = tree.putArray("contexts");
    for (LongestContext.Row row : contexts.rows()) {
      ObjectNode node =
          rows.addObject()
              .put("kv", row.keyFormat().id())
              .put("limit", row.limit().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      if (row.tokens().isPresent()) {
        node.put("tokens", row.tokens().getAsInt());
        row.longest().decode().ifPresent(speed -> put(node, speed));
      }
      row.beyond().ifPresent(beyond -> node.put("why", beyond.outcome().why()));
    }
    return tree;
  }

  static ObjectNode of(Machine machine, Terms terms, Upgrades upgrades) {
    ObjectNode tree = asked(machine, terms);
    put(tree, upgrades.today());
    ArrayNode rows = tree.putArray("upgrades");
    for (Upgrades.Row row : upgrades.rows()) {
      ObjectNode node = rows.addObject().put("what", row.what());
      row.device().ifPresent(device -> node.put("device", device.id()));
      if (row.faster().isPresent()) {
        node.put("faster", row.faster().getAsDouble());
      }
      putModels(node.putArray("gained"), row.gained());
      putModels(node.putArray("better"), row.better());
    }
    return tree;
  }

  private static void putDevices(ArrayNode array, List<DevicesFor.Row> rows) {
    for (DevicesFor.Row row : rows) {
      putDevice(row(array, row.trial()), row);
    }
  }

  private static ObjectNode asked(Machine machine, Terms terms) {
    ObjectNode tree = asked(terms);
    ArrayNode devices = tree.putArray("device");
    for (Card card : machine.cards()) {
      devices.add(card.device().id());
    }
    return tree;
  }

  private static ObjectNode asked(Terms terms) {
    ObjectNode tree = RunJson.mapper().createObjectNode();
    tree.put("context", terms.context());
    if (terms.minimumRate().isPresent()) {
      tree.put("minTps", terms.minimumRate().getAsDouble());
    }
    return tree;
  }

  private static ObjectNode row(ArrayNode rows, Trial trial) {
    ObjectNode node =
        rows.addObject()
            .put("outcome", trial.outcome().word())
            .put("context", trial.report().question().contextLength())
            .put("totalBytes", trial.report().memory().deviceTotal().value());
    if (trial.outcome() instanceof Outcome.TooLarge large) {
      node.put("missingBytes", large.missing().value());
    }
    if (trial.outcome() instanceof Outcome.Good good) {
      node.put("spareBytes", good.spare().value());
    }
    SpeedCheck.command(trial.report().question()).ifPresent(check -> node.put("check", check));
    node.put("engine", trial.report().computed().engine().id());
    if (!trial.good()) {
      node.put("why", trial.outcome().why());
    }
    trial.decode().ifPresent(speed -> put(node, speed));
    return node;
  }

  private static void put(ObjectNode node, SpeedEstimate speed) {
    node.putObject("decode")
        .put("median", speed.median().tokensPerSecond())
        .put("low", speed.low().tokensPerSecond())
        .put("high", speed.high().tokensPerSecond())
        .put("limiter", speed.limiter());
  }

  private static void put(ObjectNode node, Rung rung) {
    node.put("quant", rung.mix().id());
    rung.loss().ifPresent(loss -> node.put("meanKlDivergence", loss.meanKlDivergence()));
  }
}
