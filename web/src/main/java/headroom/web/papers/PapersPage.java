package headroom.web.papers;

import headroom.paper.Level;
import headroom.paper.Paper;
import headroom.paper.Topic;
import java.util.List;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What the list of papers shows.
 *
 * @param filter what was asked
 * @param papers what matches, in order
 * @param years years that have papers, newest first
 * @param total papers in the catalogue
 */
record PapersPage(PaperFilter filter, List<Paper> papers, List<Integer> years, int total) {

  public List<Topic> topics() {
    return List.of(Topic.values());
  }

  public List<Level> levels() {
    return List.of(Level.values());
  }

  /** The same list without one of its filters, for the chips that take a filter away. */
  public String without(String name) {
    UriComponentsBuilder url = UriComponentsBuilder.fromPath("/papers");
    filter.parameters().entrySet().stream()
        .filter(entry -> !entry.getKey().equals(name))
        .forEach(entry -> url.queryParam(entry.getKey(), entry.getValue()));
    return url.encode().build().toUriString();
  }

  /** For people and screen readers: {@code 12 of 75 papers}. */
  public String count() {
    return papers.size() == total
        ? total + " papers"
        : papers.size() + " of " + total + (total == 1 ? " paper" : " papers");
  }
}
