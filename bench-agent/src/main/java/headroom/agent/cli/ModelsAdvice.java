package headroom.agent.cli;

import headroom.advise.ModelsFor;
import headroom.advise.Outcome;
import headroom.advise.Terms;
import headroom.advise.Upgrades;
import headroom.catalogue.CatalogueDevice;
import headroom.device.Machine;
import headroom.quant.GgufMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Which models run on a machine. */
final class ModelsAdvice {
  private static final int NEAR_MISSES = 5;

  private ModelsAdvice() {}

  /** Which models run on a machine, and what one change to it would bring. */
  static String of(Machine machine, Terms terms, GgufMix floor, Upgrades upgrades, int limit) {
    ModelsFor models = upgrades.today();
    Sources sources = new Sources();
    List<String> parts = new ArrayList<>();
    parts.add(AdviceWords.machine(machine));
    if (models.all().isEmpty()) {
      parts.add("No model of the catalogue runs on it " + AdviceWords.wish(terms) + ".");
    } else {
      parts.add(
          "%d of %d models run on it %s, as %s or better:"
              .formatted(
                  models.all().size(),
                  models.all().size() + models.misses().size(),
                  AdviceWords.wish(terms),
                  floor));
    }
    if (!models.scored().isEmpty()) {
      parts.add(
          "By %s:\n%s"
              .formatted(ModelsFor.SCORED_ORDER, table(models.scored(), true, limit, sources)));
    }
    if (!models.others().isEmpty()) {
      parts.add(
          "Without such a score, by %s:\n%s"
              .formatted(ModelsFor.OTHERS_ORDER, table(models.others(), false, limit, sources)));
    }
    AdviceWords.limiters(
            Stream.concat(
                    AdviceWords.head(models.scored(), limit).stream(),
                    AdviceWords.head(models.others(), limit).stream())
                .map(row -> new AdviceWords.Named(row.model().name(), row.trial()))
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
            first ->
                parts.add(
                    AdviceWords.commands(first.trial().report().question(), "The first row")));
    if (!sources.lines().isEmpty()) {
      parts.add(String.join("\n", sources.lines()));
    }
    return AdviceWords.join(parts);
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

  /** A table of models, with scores or with years. */
  static String table(List<ModelsFor.Row> rows, boolean scored, int limit, Sources sources) {
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
          AdviceWords.rate(row.trial()),
          AdviceWords.interval(row.trial()),
          scored
              ? row.score().map(s -> "[%d]".formatted(sources.number(s.source()))).orElse("")
              : "");
    }
    return table + AdviceWords.more(rows.size() - limit);
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
    return table + AdviceWords.more(misses.size() - NEAR_MISSES);
  }
}
