package headroom.web.claims;

import headroom.catalogue.Catalogue;
import headroom.claim.Claims;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
class ClaimsController {
  private final Catalogue catalogue;

  ClaimsController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @GetMapping("/claims")
  String list(Model model) {
    model.addAttribute("page", ClaimsPage.of(Claims.judge(catalogue)));
    return "claims/index";
  }
}
