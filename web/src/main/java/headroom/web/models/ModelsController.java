package headroom.web.models;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.web.support.FormInput;
import headroom.web.support.Link;
import headroom.web.support.UnknownThingException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class ModelsController {
  private static final int NEAREST = 5;

  private final Catalogue catalogue;

  /** Each page holds hundreds of answers that cannot change while the site runs. */
  private final Map<String, ModelPage> pages = new ConcurrentHashMap<>();

  ModelsController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @GetMapping("/models")
  String list(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    FormInput input = new FormInput(parameters);
    model.addAttribute("page", ModelsPage.of(catalogue.models(), input));
    response.setStatus(input.status());
    return "models/index";
  }

  @GetMapping("/models/{id}")
  String show(@PathVariable String id, Model model) {
    CatalogueModel found = find(id);
    model.addAttribute(
        "page", pages.computeIfAbsent(found.id(), known -> ModelPage.of(found, catalogue)));
    return "models/show";
  }

  private CatalogueModel find(String id) {
    return catalogue
        .model(id)
        .orElseThrow(
            () ->
                new UnknownThingException(
                    "model",
                    id,
                    catalogue.nearestModels(id, NEAREST).stream()
                        .map(near -> new Link("/models/" + near.id(), near.name()))
                        .toList()));
  }
}
