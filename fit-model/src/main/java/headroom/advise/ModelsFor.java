package headroom.advise;

import headroom.advise.Ladder.Rung;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.catalogue.CatalogueModel.QualityScore;
import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.quant.GgufMix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which models run on a machine, best first.
 *
 * @param scored models with a published score, by {@link #SCORED_ORDER}
 * @param others models without, by {@link #OTHERS_ORDER}
 * @param misses models that will not do as the floor format or better, nearest first
 */
public record ModelsFor(List<Row> scored, List<Row> others, List<Miss> misses) {
  /** The one benchmark that most makers publish; others do not compare with it. */
  public static final String BENCHMARK = "MMLU-Pro";

  public static final String SCORED_ORDER = "published MMLU-Pro of the instruct model";
  public static final String OTHERS_ORDER = "year of release, then weights";

  /** For so many of the nearest misses a format below the floor is looked for. */
  private static final int LOWERED = 10;

  public ModelsFor {
    scored = List.copyOf(scored);
    others = List.copyOf(others);
    misses = List.copyOf(misses);
  }

  /**
   * One model.
   *
   * @param model its facts
   * @param rung the best format that will do
   * @param trial its answer
   * @param score published, where one compares
   */
  public record Row(CatalogueModel model, Rung rung, Trial trial, Optional<QualityScore> score) {}

  /**
   * One model that will not do.
   *
   * @param model its facts
   * @param rung the format that comes nearest
   * @param trial its answer: what is missing
   * @param lower the best format below the floor that would do; looked for among the nearest only
   */
  public record Miss(CatalogueModel model, Rung rung, Trial trial, Optional<Rung> lower) {}

  /** Tries every model of the catalogue in formats down to a floor. */
  public static ModelsFor of(Machine machine, Catalogue catalogue, Terms terms, GgufMix floor) {
    return of(machine, catalogue.models(), catalogue, terms, floor);
  }

  /** Tries these models of the catalogue in formats down to a floor. */
  public static ModelsFor of(
      Machine machine,
      List<CatalogueModel> models,
      Catalogue catalogue,
      Terms terms,
      GgufMix floor) {
    List<Row> scored = new ArrayList<>();
    List<Row> others = new ArrayList<>();
    List<Miss> misses = new ArrayList<>();
    for (CatalogueModel model : models) {
      Ladder ladder = Ladder.of(model, catalogue);
      FitQuestion asked =
          terms.question(catalogue.spec(model), ladder.rungs().getFirst().mix(), machine);
      BestQuant tried = BestQuant.untilGood(asked, ladder.downTo(floor), terms.minimumRate());
      if (tried.best().isPresent()) {
        BestQuant.Choice best = tried.best().get();
        Optional<QualityScore> score = score(model);
        (score.isPresent() ? scored : others).add(new Row(model, best.rung(), best.trial(), score));
      } else {
        BestQuant.Choice nearest = tried.nearest().orElseThrow();
        misses.add(new Miss(model, nearest.rung(), nearest.trial(), Optional.empty()));
      }
    }
    scored.sort(
        Comparator.comparingDouble((Row row) -> -row.score().orElseThrow().score())
            .thenComparing(row -> row.model().id()));
    others.sort(
        Comparator.comparingInt((Row row) -> -year(row.model()))
            .thenComparingLong(row -> -row.model().parameters().textDecoder())
            .thenComparing(row -> row.model().id()));
    misses.sort(Comparator.comparingDouble(miss -> miss.trial().outcome().distance()));
    for (int m = 0; m < Math.min(LOWERED, misses.size()); m++) {
      misses.set(
          m, lowered(misses.get(m), Ladder.of(misses.get(m).model(), catalogue), terms, floor));
    }
    return new ModelsFor(scored, others, misses);
  }

  private static Miss lowered(Miss miss, Ladder ladder, Terms terms, GgufMix floor) {
    return new Miss(
        miss.model(),
        miss.rung(),
        miss.trial(),
        BestQuant.untilGood(
                miss.trial().report().question(), ladder.below(floor), terms.minimumRate())
            .best()
            .map(BestQuant.Choice::rung));
  }

  /** The best score of the instruct model, thinking or not. */
  public static Optional<QualityScore> score(CatalogueModel model) {
    return model.quality().stream()
        .filter(score -> score.benchmark().equals(BENCHMARK) && score.variant().equals("instruct"))
        .max(Comparator.comparingDouble(QualityScore::score));
  }

  private static int year(CatalogueModel model) {
    return model.releaseDate().map(date -> date.getYear()).orElse(0);
  }

  /** Every model that will do, those with a score first. */
  public List<Row> all() {
    List<Row> all = new ArrayList<>(scored);
    all.addAll(others);
    return all;
  }
}
