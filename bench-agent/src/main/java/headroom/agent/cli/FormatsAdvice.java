package headroom.agent.cli;

import headroom.advise.BestQuant;
import headroom.advise.Ladder.Rung;
import headroom.advise.LongestContext;
import headroom.advise.Terms;
import headroom.fit.FitQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which format of a model to take on a machine, and how much context it leaves. */
final class FormatsAdvice {
  private FormatsAdvice() {}

  /** Which format of a model to take on a machine, and how much context it leaves. */
  static String of(
      FitQuestion chosen, Terms terms, BestQuant quants, LongestContext contexts, int limit) {
    List<String> parts = new ArrayList<>();
    parts.add("%s on %s".formatted(chosen.model().name(), AdviceWords.machine(chosen.machine())));
    if (!quants.choices().isEmpty()) {
      parts.add(
          quants
              .best()
              .map(best -> "Take %s: %s.".formatted(best.rung().mix(), why(best)))
              .orElseGet(
                  () ->
                      "No format runs %s; nearest is %s."
                          .formatted(
                              AdviceWords.wish(terms),
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
            AdviceWords.rate(choice.trial()),
            AdviceWords.interval(choice.trial()),
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
          row.tokens().isPresent() ? AdviceWords.rate(row.longest()) : "–",
          end(row));
    }
    parts.add("Longest context as %s:\n%s".formatted(chosen.weights().id(), table));
    parts.add(AdviceWords.commands(chosen, "As " + chosen.weights().id()));
    return AdviceWords.join(parts);
  }

  private static String why(BestQuant.Choice best) {
    return "%s, %s"
        .formatted(best.trial().outcome().why(), AdviceWords.rate(best.trial()) + " tok/s");
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
}
