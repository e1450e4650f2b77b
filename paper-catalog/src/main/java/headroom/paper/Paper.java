package headroom.paper;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One paper.
 *
 * @param id where it lives on arXiv
 * @param title as printed
 * @param authors as printed, in order
 * @param year of the version the catalogue describes
 * @param topic its track
 * @param level how much a reader should know already
 * @param summary what the authors do and find
 * @param whyItMatters what changed because of it
 * @param localTakeaway what somebody with their own hardware does differently
 * @param related closest papers of the catalogue
 * @param code the authors' code, where the paper names it
 * @param techniques what it introduces
 * @param claims numbers with conditions and place
 */
public record Paper(
    ArxivId id,
    String title,
    List<String> authors,
    int year,
    Topic topic,
    Level level,
    String summary,
    String whyItMatters,
    String localTakeaway,
    List<ArxivId> related,
    Optional<URI> code,
    List<Technique> techniques,
    List<Claim> claims) {
  public Paper {
    authors = List.copyOf(authors);
    related = List.copyOf(related);
    techniques = List.copyOf(techniques);
    claims = List.copyOf(claims);
  }

  /** Knobs of the calculator that try this paper. */
  public List<Technique> computableTechniques() {
    return techniques.stream().filter(t -> t.knob().isPresent()).toList();
  }
}
