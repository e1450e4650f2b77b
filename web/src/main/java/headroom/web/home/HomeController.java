package headroom.web.home;

import headroom.catalogue.Catalogue;
import headroom.paper.PaperCatalogue;
import headroom.web.support.SiteNavigation;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

@Controller
class HomeController {
  private final SiteNavigation site;
  private final Catalogue catalogue;
  private final PaperCatalogue papers;

  HomeController(SiteNavigation site, Catalogue catalogue, PaperCatalogue papers) {
    this.site = site;
    this.catalogue = catalogue;
    this.papers = papers;
  }

  @GetMapping("/")
  String home(Model model) {
    String siteUrl = ServletUriComponentsBuilder.fromCurrentContextPath().toUriString();
    model.addAttribute("page", HomePage.of(site, siteUrl, catalogue, papers));
    return "home/index";
  }
}
