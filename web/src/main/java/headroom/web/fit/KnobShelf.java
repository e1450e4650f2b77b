package headroom.web.fit;

import headroom.knob.Knob;
import headroom.knob.KnobKind;
import headroom.knob.Knobs;
import headroom.paper.PaperCatalogue;
import headroom.web.support.Link;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Every knob with the papers that introduce it. */
@Component
class KnobShelf {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  KnobShelf(PaperCatalogue papers) {
    for (Knob knob : Knobs.all()) {
      List<Link> links =
          papers.behindKnob(knob.slug()).stream()
              .map(paper -> new Link("/papers/" + paper.id(), paper.title()))
              .toList();
      entries.put(knob.slug(), new Entry(knob, links));
    }
  }

  /**
   * One knob.
   *
   * @param knob what it does
   * @param papers that introduce it, newest first
   */
  record Entry(Knob knob, List<Link> papers) {
    /** What it changes. */
    KnobKind kind() {
      return knob.kind();
    }
  }

  /** The knob of this slug; empty where none has it. */
  Optional<Entry> find(String slug) {
    return Optional.ofNullable(entries.get(slug));
  }

  List<String> slugs() {
    return List.copyOf(entries.keySet());
  }

  /** Groups in order, each with its knobs in order. */
  Map<KnobKind, List<Entry>> grouped() {
    Map<KnobKind, List<Entry>> groups = new EnumMap<>(KnobKind.class);
    entries
        .values()
        .forEach(
            entry -> groups.computeIfAbsent(entry.kind(), kind -> new ArrayList<>()).add(entry));
    return groups;
  }
}
