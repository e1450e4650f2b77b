package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.paper.PaperCatalogue;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class FitController {
  /** Answers change only when the catalogue does. */
  private static final Duration FRESH = Duration.ofMinutes(5);

  private final FitReader reader;
  private final Catalogue catalogue;
  private final KnobShelf shelf;
  private final PaperCatalogue papers;

  FitController(FitReader reader, Catalogue catalogue, KnobShelf shelf, PaperCatalogue papers) {
    this.reader = reader;
    this.catalogue = catalogue;
    this.shelf = shelf;
    this.papers = papers;
  }

  @GetMapping(FitLink.PAGE)
  String show(
      @RequestParam MultiValueMap<String, String> parameters,
      @RequestHeader(name = "HX-Request", defaultValue = "false") boolean htmx,
      @RequestHeader(name = "HX-History-Restore-Request", defaultValue = "false") boolean restored,
      Model model,
      HttpServletResponse response) {
    FitForm form = reader.read(parameters);
    boolean partial = htmx && !restored;
    model.addAttribute("page", FitPage.of(form, catalogue, shelf, papers, partial));
    response.setStatus(form.input().form().status());
    response.addHeader(HttpHeaders.VARY, "HX-Request");
    boolean keep = form.question().isPresent() && !form.remote();
    response.setHeader(
        HttpHeaders.CACHE_CONTROL,
        (keep ? CacheControl.maxAge(FRESH).cachePublic() : CacheControl.noStore())
            .getHeaderValue());
    if (partial) {
      response.setHeader("HX-Push-Url", form.link().href());
    }
    return partial ? "fit/index :: report" : "fit/index";
  }
}
