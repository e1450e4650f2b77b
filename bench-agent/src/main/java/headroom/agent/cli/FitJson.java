package headroom.agent.cli;

import headroom.accuracy.NearestMeasurements;
import headroom.agent.json.RunJson;
import headroom.device.Machine;
import headroom.fit.AssumedHost;
import headroom.fit.CardLoad;
import headroom.fit.DeadEnd;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.Placement;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Remedies;
import headroom.fit.Remedy;
import headroom.fit.Serving;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.knob.PaperFigure;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A fit report as JSON. */
final class FitJson {
  private FitJson() {}

  static ObjectNode of(FitReport report, Remedies remedies) {
    FitQuestion question = report.question();
    ObjectNode tree = RunJson.mapper().createObjectNode();
    tree.put("model", question.model().id())
        .put("quant", question.weights().id())
        .put("device", ids(report.computed().machine()))
        .put("engine", report.computed().engine().id())
        .put("context", question.contextLength())
        .put("verdict", word(report.verdict()));
    ArrayNode lines = tree.putArray("lines");
    for (MemoryLine line : report.memory().lines()) {
      lines
          .addObject()
          .put("what", line.what())
          .put("quantity", line.quantity().name().toLowerCase(Locale.ROOT))
          .put("device", line.place().idIn(report.computed().machine()))
          .put("bytes", line.bytes().value())
          .put("formula", line.formula())
          .put("source", line.source());
    }
    tree.put("totalBytes", report.memory().deviceTotal().value())
        .put("hostBytes", report.memory().hostTotal().value());
    if (!(report.verdict() instanceof Verdict.Unknown)) {
      tree.put("headroomBytes", report.verdict().headroom().value());
    }
    report
        .decode()
        .ifPresent(speed -> putNear(put(tree.putObject("decode"), speed), question, "tg"));
    report
        .prefill()
        .ifPresent(speed -> putNear(put(tree.putObject("prefill"), speed), question, "pp"));
    Serving.of(report).ifPresent(serving -> put(tree.putObject("serving"), serving));
    if (report.decode().isPresent()) {
      SpeedCheck.command(question).ifPresent(command -> tree.put("check", command));
    }
    ArrayNode cards = tree.putArray("cards");
    report.cards().forEach(card -> put(cards.addObject(), card));
    put(tree.putObject("placement"), report.placement());
    report.command().ifPresent(command -> tree.put("command", command));
    AssumedHost.of(report)
        .ifPresent(
            assumed -> {
              ObjectNode node = host(tree.putObject("assumed"), assumed);
              put(node.putObject("decode"), assumed.decode());
            });
    report.onCardsOnly().ifPresent(rate -> tree.put("onCardsOnly", rate.tokensPerSecond()));
    ArrayNode changes = tree.putArray("remedies");
    remedies.remedies().forEach(remedy -> put(changes.addObject(), remedy));
    ArrayNode ends = tree.putArray("deadEnds");
    remedies.deadEnds().forEach(end -> put(ends.addObject(), end));
    ArrayNode knobs = tree.putArray("knobs");
    for (String slug : question.knobs()) {
      Knobs.find(slug).ifPresent(knob -> put(knobs.addObject(), knob, question));
    }
    ArrayNode notes = tree.putArray("notes");
    report.notes().forEach(notes::add);
    return tree;
  }

  /** One word for checks: {@code fits}, {@code offload}, {@code no} or {@code unknown}. */
  static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fits _ -> "fits";
      case Verdict.FitsWithOffload _ -> "offload";
      case Verdict.DoesNotFit _ -> "no";
      case Verdict.Unknown _ -> "unknown";
    };
  }

  private static void put(ObjectNode node, Knob knob, FitQuestion question) {
    node.put("slug", knob.slug()).put("label", knob.label()).put("explanation", knob.explanation());
    ArrayNode figures = node.putArray("figures");
    for (PaperFigure figure : knob.figures()) {
      ObjectNode one =
          figures
              .addObject()
              .put("claim", figure.claim())
              .put("conditions", figure.conditions())
              .put("source", figure.source());
      ArrayNode hardware = one.putArray("hardware");
      figure.hardware().forEach(hardware::add);
    }
    knob.measuredElsewhere(question.device())
        .ifPresent(text -> node.put("measuredElsewhere", text));
  }

  private static void putNear(ObjectNode node, FitQuestion question, String prefix) {
    ArrayNode nearest = node.putArray("nearest");
    for (NearestMeasurements.Near near : SpeedCheck.nearest(question, prefix)) {
      nearest
          .addObject()
          .put("id", near.id())
          .put("device", near.device())
          .put("model", near.model())
          .put("quant", near.quant())
          .put("test", near.test())
          .put("tokensPerSecond", near.tokensPerSecond())
          .put("tier", near.tier())
          .put("source", near.source());
    }
  }

  private static ObjectNode put(ObjectNode node, SpeedEstimate speed) {
    return node.put("median", speed.median().tokensPerSecond())
        .put("low", speed.low().tokensPerSecond())
        .put("high", speed.high().tokensPerSecond())
        .put("limiter", speed.limiter())
        .put("formula", speed.formula())
        .put("source", speed.source());
  }

  private static void put(ObjectNode node, Serving serving) {
    node.put("sequences", serving.sequences())
        .put("tokensEach", serving.tokensEach())
        .put("each", serving.each().tokensPerSecond())
        .put("alone", serving.alone().tokensPerSecond())
        .put("most", serving.most())
        .put("mostTogether", serving.bestTogether().median().tokensPerSecond());
    serving.turning().ifPresent(count -> node.put("arithmeticFrom", count));
    serving.promptSeconds().ifPresent(seconds -> node.put("promptSeconds", seconds));
    put(node.putObject("together"), serving.together());
  }

  private static String ids(Machine machine) {
    return machine.cards().stream()
        .map(card -> card.device().id())
        .collect(Collectors.joining(","));
  }

  private static void put(ObjectNode node, CardLoad card) {
    node.put("id", card.id()).put("totalBytes", card.total().value());
    card.usable().ifPresent(bytes -> node.put("usableBytes", bytes.value()));
    card.headroom().ifPresent(bytes -> node.put("headroomBytes", bytes.value()));
    node.put("layers", card.layers()).put("output", card.output());
  }

  private static void put(ObjectNode node, Placement placement) {
    switch (placement.layers()) {
      case GpuLayers.All _ -> node.put("gpuLayers", "all");
      case GpuLayers.Auto _ -> node.put("gpuLayers", "auto");
      case GpuLayers.Count(int count) -> node.put("gpuLayers", count);
    }
    node.put("expertLayersOnHost", placement.expertLayersOnHost())
        .put("split", placement.split().name().toLowerCase(Locale.ROOT));
    ArrayNode shares = node.putArray("tensorSplit");
    placement.shares().forEach(shares::add);
  }

  private static void put(ObjectNode node, Remedy remedy) {
    node.put("change", remedy.change().getClass().getSimpleName())
        .put("what", remedy.what())
        .put("headroomBytes", remedy.headroom().value())
        .put("cardBytes", remedy.cardBytes().value())
        .put("savedBytes", remedy.saved().value())
        .put("hostBytes", remedy.hostBytes().value());
    remedy.decode().ifPresent(rate -> node.put("decode", rate.tokensPerSecond()));
    remedy
        .assumed()
        .ifPresent(
            assumed ->
                host(node.putObject("assumed"), assumed)
                    .put("decode", assumed.decode().median().tokensPerSecond()));
  }

  private static ObjectNode host(ObjectNode node, AssumedHost assumed) {
    return node.put("host", assumed.memory().name())
        .put("bytesPerSecond", assumed.memory().bandwidth().bytesPerSecond());
  }

  private static void put(ObjectNode node, DeadEnd end) {
    node.put("change", end.change().getClass().getSimpleName())
        .put("what", end.change().what())
        .put("missingBytes", end.missing().value())
        .put("onHost", end.onHost());
    end.bitsNeeded().ifPresent(bits -> node.put("bitsNeeded", bits));
  }
}
