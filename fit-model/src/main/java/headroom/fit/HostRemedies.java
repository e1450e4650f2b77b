package headroom.fit;

import headroom.fit.Placement.GpuLayers;
import headroom.fit.Remedy.Change;
import headroom.quant.WeightFormat;
import java.util.List;

/** A part of the model in the host's memory. */
final class HostRemedies {
  private final RemedySearch search;
  private final FitQuestion asked;

  HostRemedies(RemedySearch search) {
    this.search = search;
    this.asked = search.asked();
  }

  /**
   * As little as does; with smaller weights where the host has no room for these.
   *
   * @param weights that know which are smaller
   */
  void partOnHost(WeightRemedies weights) {
    if (!AutoPlacement.canUseHost(asked)) {
      return;
    }
    FitQuestion auto = auto(asked);
    FitReport answer = Fit.answer(auto);
    if (search.ask(onHost(answer), auto) || !answer.isShortOnHost()) {
      return;
    }
    for (WeightFormat format : weights.smaller()) {
      FitQuestion smaller = auto(asked.withWeights(format));
      Change change = new Change.SmallerWeightsOnHost(format, onHost(Fit.answer(smaller)));
      if (search.ask(change, smaller)) {
        return;
      }
    }
    search.deadEnd(onHost(answer), auto);
  }

  private static FitQuestion auto(FitQuestion question) {
    return question.withPlacement(
        new Placement(new GpuLayers.Auto(), 0, question.placement().split(), List.of()));
  }

  private static Change onHost(FitReport answer) {
    int layers = answer.question().model().layers().size();
    int experts = answer.placement().expertLayersOnHost();
    if (answer.placement().layers() instanceof GpuLayers.All && experts == 0) {
      return new Change.OtherSplit(answer.placement().shares());
    }
    return answer.placement().layers() instanceof GpuLayers.Count(int count)
        ? new Change.LayersOnHost(count, Math.min(layers, Math.max(0, count - 1)), experts)
        : new Change.ExpertsOnHost(experts);
  }
}
