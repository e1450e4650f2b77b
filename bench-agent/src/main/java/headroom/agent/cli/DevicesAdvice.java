package headroom.agent.cli;

import headroom.advise.DevicesFor;
import headroom.advise.Outcome;
import headroom.advise.Terms;
import headroom.catalogue.CatalogueModel;
import headroom.quant.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which devices run a model. */
final class DevicesAdvice {
  private static final int NEAR_MISSES = 5;

  private DevicesAdvice() {}

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
            .formatted(
                model.name(), weights.id(), devices.good().size(), tried, AdviceWords.wish(terms)));
    if (!devices.good().isEmpty()) {
      TextTable table =
          TextTable.of("device", ">launch price", ">memory", ">left", ">tok/s", "80 %", "");
      for (DevicesFor.Row row : AdviceWords.head(devices.good(), limit)) {
        table.row(
            row.name(),
            price(row),
            memory(row),
            ((Outcome.Good) row.trial().outcome()).spare().toString(),
            AdviceWords.rate(row.trial()),
            AdviceWords.interval(row.trial()),
            row.device().sources().isEmpty()
                ? ""
                : "[%d]".formatted(sources.number(where(row.device().sources().getFirst()))));
      }
      parts.add(
          "Cheapest at launch first (not today's prices), unknown prices after them:\n"
              + table
              + AdviceWords.more(devices.good().size() - limit));
      several.ifPresent(
          row ->
              parts.add(
                  "Cheaper as several of a kind (--cards): %s at %s, %s (%s)."
                      .formatted(
                          row.name(),
                          price(row),
                          AdviceWords.rate(row.trial()) + " tok/s",
                          AdviceWords.interval(row.trial()))));
      AdviceWords.limiters(
              AdviceWords.head(devices.good(), limit).stream()
                  .map(row -> new AdviceWords.Named(row.name(), row.trial()))
                  .toList())
          .ifPresent(parts::add);
    }
    if (!devices.misses().isEmpty()) {
      TextTable table = TextTable.of("", "");
      for (DevicesFor.Row row : AdviceWords.head(devices.misses(), NEAR_MISSES)) {
        table.row(row.name(), row.trial().outcome().why());
      }
      parts.add("Near misses:\n" + table + AdviceWords.more(devices.misses().size() - NEAR_MISSES));
    }
    if (devices.unknown() > 0) {
      parts.add(
          "%d more cannot be judged: their memory is the builder's choice, or no speed is known."
              .formatted(devices.unknown()));
    }
    devices.good().stream()
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

  /** A source without what it says of each single thing, so that equal ones fall together. */
  private static String where(String source) {
    int remark = source.indexOf(" (");
    return remark > 0 ? source.substring(0, remark) : source;
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
        ? AdviceWords.gibibytes(row.cards() * row.device().memory().sizeGib().getAsDouble())
        : "";
  }
}
