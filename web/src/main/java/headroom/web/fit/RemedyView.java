package headroom.web.fit;

import headroom.advise.Alternatives;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CountedName;
import headroom.device.Card;
import headroom.device.Machine;
import headroom.fit.FitReport;
import headroom.fit.Remedies;
import headroom.fit.Remedy.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What would make a model fit, or would not.
 *
 * @param what the change
 * @param effect what follows
 * @param href the calculator with that change, where it can be asked there
 */
record RemedyView(String what, String effect, Optional<String> href) {
  /** Both kinds for one report. */
  record Both(List<RemedyView> enough, List<RemedyView> notEnough) {}

  static Both of(FitReport report, FitForm form, Catalogue catalogue) {
    Remedies remedies = Remedies.of(report, Alternatives.of(report.computed(), catalogue));
    return new Both(
        remedies.remedies().stream()
            .map(
                remedy ->
                    new RemedyView(
                        sentence(remedy.what()),
                        remedy.effect(),
                        link(remedy.change(), form).map(FitLink::href)))
            .toList(),
        remedies.deadEnds().stream()
            .map(
                end ->
                    new RemedyView(sentence(end.change().what()), end.effect(), Optional.empty()))
            .toList());
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static Optional<FitLink> link(Change change, FitForm form) {
    FitLink link = form.link();
    return switch (change) {
      case Change.SmallerWeights(var format) ->
          form.remote()
              ? Optional.empty()
              : Optional.of(Neighbours.withoutWeightKnobs(form).with("quant", format.id()));
      case Change.SmallerCache(var format) -> Optional.of(link.with("kv", format.id()));
      case Change.ShorterContext(int tokens) ->
          Optional.of(link.with("context", Integer.toString(tokens)));
      case Change.ExpertsOnHost _, Change.LayersOnHost _, Change.OtherSplit _ ->
          Optional.of(auto(link));
      case Change.SmallerWeightsOnHost(var format, var _) ->
          form.remote()
              ? Optional.empty()
              : Optional.of(auto(Neighbours.withoutWeightKnobs(form)).with("quant", format.id()));
      case Change.SmallerModel(var model) -> Optional.of(link.with("model", model.id()));
      case Change.CheapestDevice(Machine machine, double _) -> on(machine, link.without("memory"));
      case Change.MoreCards(Machine machine) -> on(machine, link);
      case Change.OtherDevice(Machine machine) -> on(machine, link.without("memory"));
    };
  }

  private static FitLink auto(FitLink link) {
    return link.without("cpuMoe").without("tensorSplit").with("gpuLayers", "auto");
  }

  private static Optional<FitLink> on(Machine machine, FitLink link) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Card card : machine.cards()) {
      counts.merge(card.device().id(), 1, Integer::sum);
    }
    if (counts.containsKey(CustomDevice.ID)) {
      return Optional.empty();
    }
    FitLink bare = link;
    for (String other :
        List.of(
            "device2",
            "device3",
            "customMemory",
            "customBandwidth",
            "customKind",
            "gpuLayers",
            "cpuMoe",
            "tensorSplit")) {
      bare = bare.without(other);
    }
    return Optional.of(
        bare.with(
            "device",
            counts.entrySet().stream()
                .map(one -> new CountedName(one.getValue(), one.getKey()).toString())
                .collect(Collectors.joining(","))));
  }
}
