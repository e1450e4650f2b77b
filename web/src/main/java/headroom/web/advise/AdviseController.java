package headroom.web.advise;

import headroom.catalogue.Catalogue;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class AdviseController {
  /** Advice changes only when the catalogue does. */
  private static final Duration FRESH = Duration.ofMinutes(5);

  private final Catalogue catalogue;

  AdviseController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @GetMapping(AdviseForm.PAGE)
  String show(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    AdviseForm form = AdviseForm.of(parameters, catalogue);
    model.addAttribute("page", AdvisePage.of(form, catalogue));
    response.setStatus(form.input().status());
    response.setHeader(
        HttpHeaders.CACHE_CONTROL,
        (form.input().faults().isEmpty()
                ? CacheControl.maxAge(FRESH).cachePublic()
                : CacheControl.noStore())
            .getHeaderValue());
    return "advise/index";
  }
}
