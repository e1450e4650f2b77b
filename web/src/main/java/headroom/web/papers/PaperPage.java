package headroom.web.papers;

import headroom.paper.Paper;
import headroom.paper.PaperCatalogue;
import java.util.List;

/**
 * What the page of one paper shows.
 *
 * @param paper the paper
 * @param related the papers it names as closest
 */
record PaperPage(Paper paper, List<Paper> related) {
  static PaperPage of(Paper paper, PaperCatalogue catalogue) {
    return new PaperPage(
        paper, paper.related().stream().flatMap(id -> catalogue.paper(id).stream()).toList());
  }

  public String title() {
    return paper.title();
  }
}
