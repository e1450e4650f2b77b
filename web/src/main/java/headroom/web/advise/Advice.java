package headroom.web.advise;

import headroom.advise.BestQuant;
import headroom.advise.DevicesFor;
import headroom.advise.Ladder;
import headroom.advise.LongestContext;
import headroom.advise.ModelsFor;
import headroom.advise.Outcome;
import headroom.advise.Terms;
import headroom.advise.Trial;
import headroom.advise.Upgrades;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.TokenRate;
import headroom.web.advise.Table.Cell;
import headroom.web.support.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An answer in words and tables.
 *
 * @param headline in short
 * @param tables in full
 */
record Advice(String headline, List<Table> tables) {
  static final Advice NONE = new Advice("", List.of());

  private static final int MISSES = 8;

  /** What llama.cpp users shrink a cache to. */
  private static final List<CacheFormat> CACHES =
      List.of(CacheFormat.F16, CacheFormat.of(QuantFormat.Q8_0), CacheFormat.of(QuantFormat.Q4_0));

  static Advice of(AdviseForm form, Catalogue catalogue) {
    if (form.model().isEmpty()) {
      return models(form, catalogue);
    }
    CatalogueModel model = form.model().get();
    return form.device().isEmpty()
        ? devices(form, model, catalogue)
        : formats(form, model, catalogue);
  }

  private static Advice models(AdviseForm form, Catalogue catalogue) {
    Machine machine = form.machine();
    double most = form.mostBillions().orElse(Double.POSITIVE_INFINITY) * 1e9;
    List<CatalogueModel> admitted =
        catalogue.models().stream()
            .filter(model -> model.parameters().textDecoder() <= most)
            .toList();
    ModelsFor models = ModelsFor.of(machine, admitted, catalogue, form.terms(), form.floor());
    String device = form.device().orElseThrow().id();
    List<Table> tables = new ArrayList<>();
    if (!models.scored().isEmpty()) {
      tables.add(
          new Table(
              "scored",
              "Best first",
              "By "
                  + ModelsFor.SCORED_ORDER
                  + ", thinking or not; each model's page names who published its score.",
              Table.heads("Model", ">MMLU-Pro", "Format", ">Takes", ">Generates"),
              models.scored().stream().map(row -> model(row, device, true)).toList()));
    }
    if (!models.others().isEmpty()) {
      tables.add(
          new Table(
              "others",
              "Without a comparable score",
              "By " + ModelsFor.OTHERS_ORDER + ", newest and largest first.",
              Table.heads("Model", ">Released", "Format", ">Takes", ">Generates"),
              models.others().stream().map(row -> model(row, device, false)).toList()));
    }
    if (!models.misses().isEmpty()) {
      tables.add(
          new Table(
              "misses",
              "Near misses",
              "Nearest first, with what is missing.",
              Table.heads("Model", "Format", "Why not", "What would"),
              models.misses().stream()
                  .limit(MISSES)
                  .map(miss -> miss(miss, device, form.terms()))
                  .toList()));
    }
    Upgrades upgrades =
        Upgrades.of(models, admitted, machine, catalogue, form.terms(), form.floor());
    if (!upgrades.rows().isEmpty()) {
      tables.add(upgrades(upgrades));
    }
    return new Advice(
        "%d of %d models run on it %s"
            .formatted(
                models.all().size(),
                models.all().size() + models.misses().size(),
                wish(form.terms())),
        tables);
  }

  private static List<Cell> model(ModelsFor.Row row, String device, boolean scored) {
    return List.of(
        Cell.of(row.model().name())
            .with(Figures.parameters(row.model().parameters().textDecoder()) + " weights")
            .to("/models/" + row.model().id()),
        Cell.of(
            scored
                ? row.score().map(s -> String.format(Locale.ROOT, "%.1f", s.score())).orElse("")
                : row.model()
                    .releaseDate()
                    .map(date -> Integer.toString(date.getYear()))
                    .orElse("not known")),
        why(row.rung().mix(), row.model().id(), device, row.trial()),
        takes(row.trial()),
        rate(row.trial()));
  }

  private static Cell takes(Trial trial) {
    Cell total = Cell.of(trial.report().memory().deviceTotal().toString());
    return trial.outcome() instanceof Outcome.Good good
        ? total.with(good.spare() + " left")
        : total;
  }

  private static List<Cell> miss(ModelsFor.Miss miss, String device, Terms terms) {
    return List.of(
        Cell.of(miss.model().name())
            .with(Figures.parameters(miss.model().parameters().textDecoder()) + " weights")
            .to("/models/" + miss.model().id()),
        why(miss.rung().mix(), miss.model().id(), device, miss.trial()),
        Cell.of(miss.trial().outcome().why()),
        miss.lower()
            .map(
                rung ->
                    Cell.of(rung.mix().id())
                        .with("loses more")
                        .to(
                            Table.calculator(
                                miss.model().id(), device, rung.mix().id(), terms.context())))
            .orElse(Cell.of("no smaller format")));
  }

  private static Table upgrades(Upgrades upgrades) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Upgrades.Row row : upgrades.rows()) {
      Cell what = Cell.of(row.what());
      rows.add(
          List.of(
              row.device().map(device -> what.to("/devices/" + device.id())).orElse(what),
              Cell.of(
                  row.device()
                      .flatMap(device -> device.price())
                      .map(price -> Figures.dollars(price.launchUsd()))
                      .orElse("not known")),
              Cell.of(row.gained().size() + " more")
                  .with(
                      row.gained().stream()
                          .limit(3)
                          .map(gained -> gained.model().name())
                          .reduce((one, other) -> one + ", " + other)
                          .orElse("")),
              Cell.of(Integer.toString(row.better().size())),
              Cell.of(
                  row.faster().isPresent()
                      ? String.format(Locale.ROOT, "× %.2f", row.faster().getAsDouble())
                      : "not known")));
    }
    return new Table(
        "upgrades",
        "What one change would bring",
        "Models that only then run, models that then run in a better format, and how much faster"
            + " those get that run already.",
        Table.heads("Change", ">Launch price", "Models", ">Better format", ">Speed"),
        rows);
  }

  private static Advice devices(AdviseForm form, CatalogueModel model, Catalogue catalogue) {
    GgufMix mix = Ladder.of(model, catalogue).downTo(GgufMix.Q4_K_M).rungs().getLast().mix();
    DevicesFor devices =
        DevicesFor.of(catalogue.spec(model), mix, catalogue.devices(), form.terms(), form.cards());
    List<DevicesFor.Row> good =
        devices.good().stream()
            .filter(
                row ->
                    form.mostDollars().isEmpty()
                        || row.launchPrice().orElse(Double.MAX_VALUE)
                            <= form.mostDollars().getAsDouble())
            .toList();
    List<Table> tables = new ArrayList<>();
    if (!good.isEmpty()) {
      tables.add(
          new Table(
              "devices",
              "Cheapest first",
              "By recommended price at launch, not today's; unknown prices come after, by memory. Each"
                  + " device's page names the sources of its price.",
              Table.heads("Device", ">Launch price", ">Memory", ">Left", ">Generates"),
              good.stream().map(row -> device(row, model, mix)).toList()));
    }
    if (!devices.misses().isEmpty()) {
      tables.add(
          new Table(
              "misses",
              "Near misses",
              "Nearest first, with what is missing.",
              Table.heads("Device", "Why not"),
              devices.misses().stream()
                  .limit(MISSES)
                  .map(
                      row ->
                          List.of(
                              Cell.of(row.name()).to("/devices/" + row.device().id()),
                              Cell.of(row.trial().outcome().why())))
                  .toList()));
    }
    return new Advice(
        "%d of %d devices run it as %s %s%s"
            .formatted(
                good.size(),
                devices.good().size() + devices.misses().size(),
                mix.id(),
                wish(form.terms()),
                devices.unknown() == 0
                    ? ""
                    : "; %d cannot be judged, because their memory is the builder's choice"
                        .formatted(devices.unknown())),
        tables);
  }

  private static List<Cell> device(DevicesFor.Row row, CatalogueModel model, GgufMix mix) {
    return List.of(
        Cell.of(row.name())
            .with(row.device().deviceKind().label())
            .to("/devices/" + row.device().id()),
        Cell.of(
            Figures.as(row.launchPrice(), Figures::dollars)
                .map(price -> row.priceIsApproximate() ? "about " + price : price)
                .orElse("not known")),
        Cell.of(Figures.with(row.device().memory().sizeGib(), "GiB").orElse("")),
        Cell.of(((Outcome.Good) row.trial().outcome()).spare().toString())
            .to(
                Table.calculator(
                    model.id(),
                    row.device().id(),
                    mix.id(),
                    row.trial().report().question().contextLength())),
        rate(row.trial()));
  }

  private static Advice formats(AdviseForm form, CatalogueModel model, Catalogue catalogue) {
    Ladder ladder = Ladder.of(model, catalogue);
    String device = form.device().orElseThrow().id();
    FitQuestion asked =
        form.terms()
            .question(catalogue.spec(model), ladder.rungs().getFirst().mix(), form.machine());
    BestQuant quants = BestQuant.of(asked, ladder, form.terms().minimumRate());
    Optional<BestQuant.Choice> chosen = quants.best().or(quants::nearest);
    FitQuestion context =
        chosen.map(choice -> asked.withWeights(choice.rung().mix())).orElse(asked);
    LongestContext contexts = LongestContext.of(context, CACHES, form.terms().minimumRate());
    List<Table> tables = new ArrayList<>();
    tables.add(
        new Table(
            "formats",
            "Weight formats, best first",
            "Loss is the mean Kullback-Leibler divergence of Llama 3 8B on WikiText-2 as published;"
                + " 0 stands for the weights as their makers publish them.",
            Table.heads("Format", ">Loss", ">Takes", ">Generates", "Verdict"),
            quants.choices().stream()
                .map(choice -> format(choice, model, device, quants.best()))
                .toList()));
    tables.add(
        new Table(
            "contexts",
            "Longest context as " + context.weights().id(),
            "Exact to %d tokens.".formatted(LongestContext.STEP),
            Table.heads("Cache", ">Tokens", ">Generates there", "Ended by"),
            contexts.rows().stream().map(Advice::context).toList()));
    return new Advice(
        quants
            .best()
            .map(
                best ->
                    "Take %s: %s".formatted(best.rung().mix().id(), best.trial().outcome().why()))
            .orElseGet(
                () ->
                    "No format runs %s; nearest is %s"
                        .formatted(
                            wish(form.terms()),
                            chosen
                                .map(
                                    choice ->
                                        choice.rung().mix().id()
                                            + ": "
                                            + choice.trial().outcome().why())
                                .orElse("none"))),
        tables);
  }

  private static List<Cell> format(
      BestQuant.Choice choice,
      CatalogueModel model,
      String device,
      Optional<BestQuant.Choice> best) {
    Cell name = why(choice.rung().mix(), model.id(), device, choice.trial());
    return List.of(
        best.filter(choice::equals).isPresent() ? name.with("take this") : name,
        Cell.of(
            choice.rung().loss().isEmpty()
                ? "0"
                : String.format(Locale.ROOT, "%.4f", choice.rung().divergence())),
        takes(choice.trial()),
        rate(choice.trial()),
        Cell.of(choice.trial().outcome().why()).toned(choice.trial().good() ? "fits" : "no"));
  }

  private static List<Cell> context(LongestContext.Row row) {
    return List.of(
        Cell.of(row.keyFormat().id()),
        Cell.of(
            row.tokens().isPresent()
                ? String.format(Locale.ROOT, "%,d", row.tokens().getAsInt())
                : "none"),
        row.tokens().isPresent() ? rate(row.longest()) : Cell.of("–"),
        Cell.of(
            switch (row.limit()) {
              case MODEL -> "what the model was trained for";
              case MEMORY, SPEED ->
                  row.beyond().map(beyond -> beyond.outcome().why()).orElse("")
                      + (row.tokens().isPresent()
                          ? " at %d more".formatted(LongestContext.STEP)
                          : "");
              case NOT_KNOWN -> row.longest().outcome().why();
            }));
  }

  private static Cell why(GgufMix mix, String model, String device, Trial trial) {
    return Cell.of(mix.id())
        .to(Table.calculator(model, device, mix.id(), trial.report().question().contextLength()));
  }

  private static Cell rate(Trial trial) {
    return trial
        .decode()
        .map(
            speed ->
                Cell.of(speed.median().toString())
                    .with(
                        "%s to %s; %s"
                            .formatted(
                                speed.low().toString().replace(" tok/s", ""),
                                speed.high().toString().replace(" tok/s", ""),
                                speed.limiter())))
        .orElse(Cell.of("–"));
  }

  private static String wish(Terms terms) {
    String context =
        String.format(Locale.ROOT, "in llama.cpp with %,d tokens of context", terms.context());
    return terms.minimumRate().isEmpty()
        ? context
        : "at %s or more %s".formatted(new TokenRate(terms.minimumRate().getAsDouble()), context);
  }
}
