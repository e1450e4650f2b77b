package headroom.web.home;

import headroom.web.support.SiteNavigation;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

@Controller
class HomeController {
  private final SiteNavigation site;

  HomeController(SiteNavigation site) {
    this.site = site;
  }

  @GetMapping("/")
  String home(Model model) {
    model.addAttribute(
        "page",
        new HomePage(
            HomePage.ALL_WAYS.stream().filter(way -> site.has(way.href())).toList(),
            ServletUriComponentsBuilder.fromCurrentContextPath().toUriString(),
            site.has("/agent/headroom-agent.jar"),
            site.has("/fit")));
    return "home/index";
  }
}
