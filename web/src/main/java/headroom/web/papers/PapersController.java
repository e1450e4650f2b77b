package headroom.web.papers;

import headroom.paper.ArxivId;
import headroom.paper.Paper;
import headroom.paper.PaperCatalogue;
import headroom.paper.Topic;
import headroom.web.support.FormInput;
import headroom.web.support.Link;
import headroom.web.support.UnknownThingException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class PapersController {
  private final PaperCatalogue catalogue;
  private final PaperSearch search;

  PapersController(PaperCatalogue catalogue, PaperSearch search) {
    this.catalogue = catalogue;
    this.search = search;
  }

  @GetMapping("/papers")
  String list(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    PaperFilter filter = PaperFilter.of(new FormInput(parameters));
    response.setStatus(filter.input().status());
    model.addAttribute("page", PapersPage.of(filter, matching(filter), catalogue.papers()));
    return "papers/index";
  }

  private List<Paper> matching(PaperFilter filter) {
    List<Paper> candidates =
        filter
            .words()
            .map(
                words ->
                    search.find(words).stream()
                        .flatMap(id -> catalogue.paper(id).stream())
                        .toList())
            .orElse(catalogue.papers());
    return candidates.stream().filter(filter::admits).toList();
  }

  @GetMapping("/papers/{id}")
  String show(@PathVariable String id, Model model) {
    Paper paper = ArxivId.parse(id).flatMap(catalogue::paper).orElseThrow(() -> unknownPaper(id));
    model.addAttribute("page", PaperPage.of(paper, catalogue));
    return "papers/show";
  }

  @GetMapping("/topics/{slug}")
  String topic(@PathVariable String slug, Model model) {
    Topic topic = Topic.bySlug(slug).orElseThrow(() -> unknownTopic(slug));
    model.addAttribute("page", new TopicPage(topic, catalogue.about(topic)));
    return "papers/topic";
  }

  private UnknownThingException unknownPaper(String id) {
    List<Link> nearest =
        catalogue.papers().stream()
            .filter(paper -> id.length() >= 4 && paper.id().value().startsWith(id.substring(0, 4)))
            .limit(5)
            .map(paper -> new Link("/papers/" + paper.id(), paper.title()))
            .toList();
    return new UnknownThingException("paper", id, nearest);
  }

  private static UnknownThingException unknownTopic(String slug) {
    return new UnknownThingException(
        "topic",
        slug,
        Arrays.stream(Topic.values())
            .map(topic -> new Link("/topics/" + topic.slug(), topic.label()))
            .toList());
  }
}
