package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.fit.FitQuestion;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.paper.PaperCatalogue;
import headroom.quant.GgufMix;
import headroom.web.support.Link;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Every knob with its group and the papers that introduce it. */
@Component
class KnobShelf {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  KnobShelf(Catalogue catalogue, PaperCatalogue papers) {
    FitQuestion plain =
        FitQuestion.of(
            catalogue.models().getFirst().spec(),
            GgufMix.Q4_K_M,
            catalogue.devices().getFirst().device(),
            8192);
    for (Knob knob : Knobs.all()) {
      List<Link> links =
          papers.behindKnob(knob.slug()).stream()
              .map(paper -> new Link("/papers/" + paper.id(), paper.title()))
              .toList();
      entries.put(knob.slug(), new Entry(knob, KnobGroup.of(knob, plain), links));
    }
  }

  /**
   * One knob.
   *
   * @param knob what it does
   * @param group what it changes
   * @param papers that introduce it, newest first
   */
  record Entry(Knob knob, KnobGroup group, List<Link> papers) {}

  /** The knob of this slug; empty where none has it. */
  Optional<Entry> find(String slug) {
    return Optional.ofNullable(entries.get(slug));
  }

  List<String> slugs() {
    return List.copyOf(entries.keySet());
  }

  /** Groups in order, each with its knobs in order. */
  Map<KnobGroup, List<Entry>> grouped() {
    Map<KnobGroup, List<Entry>> groups = new EnumMap<>(KnobGroup.class);
    entries
        .values()
        .forEach(entry -> groups.computeIfAbsent(entry.group(), g -> new ArrayList<>()).add(entry));
    return groups;
  }
}
