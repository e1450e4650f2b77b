package headroom.web.papers;

import headroom.paper.Level;
import headroom.paper.Paper;
import headroom.paper.Topic;
import headroom.web.support.Field;
import headroom.web.support.Option;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What the list of papers shows.
 *
 * @param words the search field
 * @param topic the topic field
 * @param level the level field
 * @param year the year field
 * @param years years that have papers, newest first
 * @param papers what matches, in order
 * @param total papers in the catalogue
 * @param faults what is wrong with the form
 */
record PapersPage(
    Field words,
    Field topic,
    Field level,
    Field year,
    List<Option> years,
    List<Paper> papers,
    int total,
    List<String> faults) {

  static PapersPage of(PaperFilter filter, List<Paper> matching, List<Paper> all) {
    return new PapersPage(
        filter.input().field("q", "Search"),
        filter.input().field("topic", "Topic"),
        filter.input().field("level", "Level"),
        filter.input().field("year", "Year"),
        all.stream()
            .map(Paper::year)
            .distinct()
            .sorted(Comparator.reverseOrder())
            .map(year -> Option.of(year.toString()))
            .toList(),
        matching,
        all.size(),
        filter.input().faults());
  }

  public List<Option> topics() {
    return Arrays.stream(Topic.values()).map(t -> new Option(t.slug(), t.label())).toList();
  }

  public List<Option> levels() {
    return Arrays.stream(Level.values()).map(l -> Option.of(l.label())).toList();
  }

  /** For people and screen readers: {@code 12 of 75 papers}. */
  public String count() {
    return papers.size() == total
        ? "All %d papers, newest first".formatted(total)
        : "%d of %d papers".formatted(papers.size(), total);
  }
}
