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
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.device.Card;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.quant.GgufMix;
import headroom.quant.WeightFormat;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Advice for people, at most 80 columns wide where names allow. */
final class AdviceText {
  private static final int NEAR_MISSES = 5;
  private static final int WIDTH = 80;

  private AdviceText() {}

  /** Which models run on a machine, and what one change to it would bring. */
  static String of(Machine machine, Terms terms, GgufMix floor, Upgrades upgrades, int limit) {
    ModelsFor models = upgrades.today();
    Sources sources = new Sources();
    List<String> parts = new ArrayList<>();
    parts.add(machine(machine));
    if (models.all().isEmpty()) {
      parts.add("No model of the catalogue runs on it " + wish(terms) + ".");
    } else {
      parts.add(
          "%d of %d models run on it %s, as %s or better:"
              .formatted(
                  models.all().size(),
                  models.all().size() + models.misses().size(),
                  wish(terms),
                  floor));
    }
    if (!models.scored().isEmpty()) {
      parts.add(
          "By %s:\n%s"
              .formatted(ModelsFor.SCORED_ORDER, models(models.scored(), true, limit, sources)));
    }
    if (!models.others().isEmpty()) {
      parts.add(
          "Without such a score, by %s:\n%s"
              .formatted(ModelsFor.OTHERS_ORDER, models(models.others(), false, limit, sources)));
    }
    limiters(
            Stream.concat(
                    head(models.scored(), limit).stream(), head(models.others(), limit).stream())
                .map(row -> new Named(row.model().name(), row.trial()))
                .toList())
        .ifPresent(parts::add);
    if (!models.misses().isEmpty()) {
      parts.add("Near misses:\n" + misses(models.misses()));
    }
    if (!upgrades.rows().isEmpty()) {
      parts.add("What one change would bring (--upgrade lists the models):\n" + brief(upgrades));
    }
    models.all().stream()
        .findFirst()
        .ifPresent(
            first -> parts.add(commands(first.trial().report().question(), "The first row")));
    if (!sources.lines().isEmpty()) {
      parts.add(String.join("\n", sources.lines()));
    }
    return join(parts);
  }

  /** A source without what it says of each single thing, so that equal ones fall together. */
  private static String where(String source) {
    int remark = source.indexOf(" (");
    return remark > 0 ? source.substring(0, remark) : source;
  }

  /** A name beside its answer. */
  private record Named(String name, Trial trial) {}

  /** What holds the rows of a table back, those that differ from most by name. */
  private static Optional<String> limiters(List<Named> rows) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (Named row : rows) {
      row.trial()
          .decode()
          .ifPresent(
              speed ->
                  names
                      .computeIfAbsent(
                          speed.limiter().startsWith("memory bandwidth")
                              ? "memory bandwidth"
                              : speed.limiter(),
                          key -> new ArrayList<>())
                      .add(row.name()));
    }
    return names.entrySet().stream()
        .max(Comparator.comparingInt(one -> one.getValue().size()))
        .map(
            most -> {
              StringBuilder text = new StringBuilder("Held back by ").append(most.getKey());
              names.forEach(
                  (limiter, held) -> {
                    if (!limiter.equals(most.getKey())) {
                      text.append("; %s by %s".formatted(String.join(", ", held), limiter));
                    }
                  });
              return text.append('.').toString();
            });
  }

  private static String brief(Upgrades upgrades) {
    TextTable table = TextTable.of("change", ">launch price", ">models", ">better", ">speed");
    for (Upgrades.Row row : upgrades.rows()) {
      table.row(
          row.what(),
          row.device()
              .flatMap(CatalogueDevice::price)
              .map(price -> String.format(Locale.ROOT, "$%,.0f", price.launchUsd()))
              .orElse("not known"),
          "+" + row.gained().size(),
          Integer.toString(row.better().size()),
          row.faster().isEmpty()
              ? "–"
              : String.format(Locale.ROOT, "× %.2f", row.faster().getAsDouble()));
    }
    return table.toString();
  }

  /** How to see where the bytes go, and how to measure the speed. */
  private static String commands(FitQuestion question, String which) {
    String cache =
        question.keyFormat().equals(question.valueFormat())
            ? question.keyFormat().id()
            : question.keyFormat().id() + "," + question.valueFormat().id();
    String fit =
        "./headroom fit --model %s --quant %s --device %s --context %d%s"
            .formatted(
                question.model().id(),
                question.weights().id(),
                question.machine().cards().stream()
                    .map(card -> card.device().id())
                    .collect(Collectors.joining(",")),
                question.contextLength(),
                cache.equals("f16") ? "" : " --kv " + cache);
    return which
        + ", byte by byte:\n"
        + Wrapped.command(fit)
        + SpeedCheck.command(question)
            .map(bench -> "\nand measured there:\n" + Wrapped.command(bench))
            .orElse("");
  }

  private static String models(
      List<ModelsFor.Row> rows, boolean scored, int limit, Sources sources) {
    TextTable table =
        scored
            ? TextTable.of("model", ">score", "as", ">GiB", ">left", ">tok/s", "80 %", "")
            : TextTable.of("model", ">year", "as", ">GiB", ">left", ">tok/s", "80 %", "");
    for (ModelsFor.Row row : rows.subList(0, Math.min(limit, rows.size()))) {
      table.row(
          row.model().name(),
          scored
              ? row.score().map(s -> String.format(Locale.ROOT, "%.1f", s.score())).orElse("")
              : row.model().releaseDate().map(date -> Integer.toString(date.getYear())).orElse("–"),
          row.rung().mix().id(),
          String.format(
              Locale.ROOT, "%.2f", row.trial().report().memory().deviceTotal().gibibytes()),
          row.trial().outcome() instanceof Outcome.Good good
              ? String.format(Locale.ROOT, "%.2f", good.spare().gibibytes())
              : "",
          rate(row.trial()),
          interval(row.trial()),
          scored
              ? row.score().map(s -> "[%d]".formatted(sources.number(s.source()))).orElse("")
              : "");
    }
    return table + more(rows.size() - limit);
  }

  private static String misses(List<ModelsFor.Miss> misses) {
    TextTable table = TextTable.of("", "", "", "");
    for (ModelsFor.Miss miss : misses.subList(0, Math.min(NEAR_MISSES, misses.size()))) {
      table.row(
          miss.model().name(),
          miss.rung().mix().id(),
          miss.trial().outcome().why(),
          miss.lower().map(rung -> "only as " + rung.mix().id()).orElse(""));
    }
    return table + more(misses.size() - NEAR_MISSES);
  }

  /** Which devices run a model. */
  static String of(
      CatalogueModel model,
      WeightFormat weights,
      Terms terms,
      DevicesFor devices,
      Optional<DevicesFor.Row> several,
      int limit) {
    List<String> parts = new ArrayList<>();
    Sources sources = new Sources();
    int tried = devices.good().size() + devices.misses().size();
    parts.add(
        "%s, %s: %d of %d devices run it %s."
            .formatted(model.name(), weights.id(), devices.good().size(), tried, wish(terms)));
    if (!devices.good().isEmpty()) {
      TextTable table =
          TextTable.of("device", ">launch price", ">memory", ">left", ">tok/s", "80 %", "");
      for (DevicesFor.Row row : head(devices.good(), limit)) {
        table.row(
            row.name(),
            price(row),
            memory(row),
            ((Outcome.Good) row.trial().outcome()).spare().toString(),
            rate(row.trial()),
            interval(row.trial()),
            row.device().sources().isEmpty()
                ? ""
                : "[%d]".formatted(sources.number(where(row.device().sources().getFirst()))));
      }
      parts.add(
          "Cheapest at launch first (not today's prices), unknown prices after them:\n"
              + table
              + more(devices.good().size() - limit));
      several.ifPresent(
          row ->
              parts.add(
                  "Cheaper as several of a kind (--cards): %s at %s, %s (%s)."
                      .formatted(
                          row.name(),
                          price(row),
                          rate(row.trial()) + " tok/s",
                          interval(row.trial()))));
      limiters(
              head(devices.good(), limit).stream()
                  .map(row -> new Named(row.name(), row.trial()))
                  .toList())
          .ifPresent(parts::add);
    }
    if (!devices.misses().isEmpty()) {
      TextTable table = TextTable.of("", "");
      for (DevicesFor.Row row : head(devices.misses(), NEAR_MISSES)) {
        table.row(row.name(), row.trial().outcome().why());
      }
      parts.add("Near misses:\n" + table + more(devices.misses().size() - NEAR_MISSES));
    }
    if (devices.unknown() > 0) {
      parts.add(
          "%d more cannot be judged: their memory is the builder's choice, or no speed is known."
              .formatted(devices.unknown()));
    }
    devices.good().stream()
        .findFirst()
        .ifPresent(
            first -> parts.add(commands(first.trial().report().question(), "The first row")));
    if (!sources.lines().isEmpty()) {
      parts.add(String.join("\n", sources.lines()));
    }
    return join(parts);
  }

  /** Which format of a model to take on a machine, and how much context it leaves. */
  static String of(
      FitQuestion chosen, Terms terms, BestQuant quants, LongestContext contexts, int limit) {
    List<String> parts = new ArrayList<>();
    parts.add("%s on %s".formatted(chosen.model().name(), machine(chosen.machine())));
    if (!quants.choices().isEmpty()) {
      parts.add(
          quants
              .best()
              .map(best -> "Take %s: %s.".formatted(best.rung().mix(), why(best)))
              .orElseGet(
                  () ->
                      "No format runs %s; nearest is %s."
                          .formatted(
                              wish(terms),
                              quants
                                  .nearest()
                                  .map(n -> n.rung().mix() + ": " + n.trial().outcome().why())
                                  .orElse("none"))));
      TextTable table = TextTable.of("", "format", ">memory", ">tok/s", "80 %", ">loss", "");
      for (BestQuant.Choice choice : around(quants, limit)) {
        table.row(
            choice.trial().good() ? "+" : "-",
            choice.rung().mix().id(),
            choice.trial().report().memory().deviceTotal().toString(),
            rate(choice.trial()),
            interval(choice.trial()),
            loss(choice.rung()),
            choice.trial().outcome().why());
      }
      parts.add(
          table
              + "\nLoss: mean KL divergence of Llama 3 8B on WikiText-2, as published; 0 is the"
              + " weights as their makers published them.");
    }
    TextTable table = TextTable.of("cache", ">longest context", ">tok/s there", "ended by");
    for (LongestContext.Row row : contexts.rows()) {
      table.row(
          row.keyFormat().id(),
          row.tokens().isPresent() ? "%,d".formatted(row.tokens().getAsInt()) : "none",
          row.tokens().isPresent() ? rate(row.longest()) : "–",
          end(row));
    }
    parts.add("Longest context as %s:\n%s".formatted(chosen.weights().id(), table));
    parts.add(commands(chosen, "As " + chosen.weights().id()));
    return join(parts);
  }

  /** What one change would bring, with the models. */
  static String upgrades(
      Machine machine, Terms terms, GgufMix floor, Upgrades upgrades, int limit) {
    List<String> parts = new ArrayList<>();
    parts.add(machine(machine));
    parts.add(
        "%d models run on it today %s, as %s or better."
            .formatted(upgrades.today().all().size(), wish(terms), floor));
    if (upgrades.rows().isEmpty()) {
      parts.add("The catalogue knows no next step for it.");
    }
    for (Upgrades.Row row : upgrades.rows()) {
      StringBuilder text = new StringBuilder("With " + row.what());
      row.device()
          .flatMap(device -> device.price())
          .ifPresent(
              price ->
                  text.append(
                      String.format(Locale.ROOT, " ($%,.0f at launch)", price.launchUsd())));
      text.append(
          ":\n  %d models more, %d in a better format%s"
              .formatted(row.gained().size(), row.better().size(), faster(row.faster())));
      if (!row.gained().isEmpty()) {
        text.append("\n")
            .append(models(row.gained(), false, limit, new Sources()).indent(2).stripTrailing());
      }
      parts.add(text.toString());
    }
    return join(parts);
  }

  private static String faster(OptionalDouble factor) {
    return factor.isEmpty()
        ? ""
        : String.format(Locale.ROOT, ", × %.2f speed for what runs already", factor.getAsDouble());
  }

  private static String why(BestQuant.Choice best) {
    return "%s, %s".formatted(best.trial().outcome().why(), rate(best.trial()) + " tok/s");
  }

  /** Rows around the best one, so that a reader sees what is just out of reach. */
  private static List<BestQuant.Choice> around(BestQuant quants, int limit) {
    int best =
        quants.best().or(quants::nearest).map(choice -> quants.choices().indexOf(choice)).orElse(0);
    int from = Math.max(0, Math.min(best - limit / 2, quants.choices().size() - limit));
    return quants.choices().subList(from, Math.min(quants.choices().size(), from + limit));
  }

  private static String loss(Rung rung) {
    return rung.loss().isEmpty() ? "0" : String.format(Locale.ROOT, "%.4f", rung.divergence());
  }

  private static String end(LongestContext.Row row) {
    return switch (row.limit()) {
      case MODEL -> "what the model was trained for";
      case MEMORY, SPEED ->
          row.beyond().map(beyond -> beyond.outcome().why()).orElse("")
              + (row.tokens().isPresent() ? " at %d more".formatted(LongestContext.STEP) : "");
      case NOT_KNOWN -> row.longest().outcome().why();
    };
  }

  private static String machine(Machine machine) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    machine.cards().forEach(card -> counts.merge(card(card), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(one -> one.getValue() == 1 ? one.getKey() : one.getValue() + " × " + one.getKey())
        .collect(Collectors.joining(" + "));
  }

  private static String card(Card card) {
    String memory = card.memory().map(m -> gibibytes(m.gibibytes())).orElse("memory not known");
    String bandwidth =
        card.device().bandwidth().map(b -> b.toString()).orElse("bandwidth not known");
    return "%s (%s, %s)".formatted(card.device().name(), memory, bandwidth);
  }

  private static String wish(Terms terms) {
    String cache =
        terms.keyFormat().equals(terms.valueFormat())
            ? terms.keyFormat().id()
            : terms.keyFormat().id() + "/" + terms.valueFormat().id();
    String context =
        String.format(
            Locale.ROOT, "in llama.cpp with %,d tokens of %s cache", terms.context(), cache);
    return terms.minimumRate().isEmpty()
        ? context
        : "at %s or more %s".formatted(new TokenRate(terms.minimumRate().getAsDouble()), context);
  }

  private static String rate(Trial trial) {
    return trial.decode().map(speed -> speed.median().toString().replace(" tok/s", "")).orElse("–");
  }

  private static String interval(Trial trial) {
    return trial
        .decode()
        .map(
            speed ->
                "%s to %s"
                    .formatted(
                        speed.low().toString().replace(" tok/s", ""),
                        speed.high().toString().replace(" tok/s", "")))
        .orElse("");
  }

  private static String price(DevicesFor.Row row) {
    return row.launchPrice().isEmpty()
        ? "not known"
        : String.format(
            Locale.ROOT,
            "%s$%,.0f",
            row.priceIsApproximate() ? "about " : "",
            row.launchPrice().getAsDouble());
  }

  private static String memory(DevicesFor.Row row) {
    return row.device().memory().sizeGib().isPresent()
        ? gibibytes(row.cards() * row.device().memory().sizeGib().getAsDouble())
        : "";
  }

  private static String gibibytes(double size) {
    return size == Math.rint(size)
        ? String.format(Locale.ROOT, "%.0f GiB", size)
        : String.format(Locale.ROOT, "%.1f GiB", size);
  }

  private static <T> List<T> head(List<T> rows, int limit) {
    return rows.subList(0, Math.min(limit, rows.size()));
  }

  private static String more(int left) {
    return left > 0 ? "\nand %d more".formatted(left) : "";
  }

  private static String join(List<String> parts) {
    return parts.stream()
        .flatMap(part -> Stream.concat(part.lines().map(AdviceText::wrapped), Stream.of("")))
        .collect(Collectors.joining(System.lineSeparator()))
        .stripTrailing();
  }

  /** Sentences are broken at spaces; rows of tables, which have runs of them, are left whole. */
  private static String wrapped(String line) {
    if (line.length() <= WIDTH || line.contains("  ")) {
      return line;
    }
    int space = line.lastIndexOf(' ', WIDTH);
    return space < 0
        ? line
        : line.substring(0, space) + System.lineSeparator() + wrapped(line.substring(space + 1));
  }
}
