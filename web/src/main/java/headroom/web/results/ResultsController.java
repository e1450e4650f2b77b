package headroom.web.results;

import headroom.catalogue.Catalogue;
import headroom.measure.BenchmarkRun;
import headroom.web.agents.Agents;
import headroom.web.support.FormInput;
import headroom.web.support.Link;
import headroom.web.support.UnknownThingException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The pages of results. */
@Controller
class ResultsController {
  private final RunSearch search;
  private final Runs runs;
  private final Agents agents;
  private final Catalogue catalogue;

  ResultsController(RunSearch search, Runs runs, Agents agents, Catalogue catalogue) {
    this.search = search;
    this.runs = runs;
    this.agents = agents;
    this.catalogue = catalogue;
  }

  @GetMapping("/results")
  String results(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    return list(RunState.ACCEPTED, "/results", parameters, model, response);
  }

  @GetMapping("/results/quarantined")
  String quarantined(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    return list(RunState.QUARANTINED, "/results/quarantined", parameters, model, response);
  }

  @GetMapping("/results/{id}")
  String result(@PathVariable String id, Model model) {
    StoredRun run =
        RunId.parse(id)
            .flatMap(runs::findById)
            .orElseThrow(
                () ->
                    new UnknownThingException(
                        "result", id, List.of(new Link("/results", "All results"))));
    BenchmarkRun document = RunDocument.stored(run.document());
    String agent = agents.findById(run.agentId()).orElseThrow().name();
    model.addAttribute("page", ResultPage.of(run, document, agent, catalogue, siteUrl()));
    return "results/show";
  }

  private String list(
      RunState state,
      String path,
      Map<String, String> parameters,
      Model model,
      HttpServletResponse response) {
    FormInput input = new FormInput(parameters);
    RunFilter asked = RunFilter.of(input, state);
    RunList found = search.find(asked.in(state));
    response.setStatus(input.status());
    model.addAttribute(
        "page",
        ResultsPage.of(state, path, input, found, search.formats(), search.tests(), siteUrl()));
    return "results/index";
  }

  private static String siteUrl() {
    return ServletUriComponentsBuilder.fromCurrentContextPath().toUriString();
  }
}
