package headroom.web.accuracy;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class AccuracyController {
  private final Gradings gradings;

  AccuracyController(Gradings gradings) {
    this.gradings = gradings;
  }

  @GetMapping(AccuracyPage.PATH)
  String show(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    AccuracyPage page = AccuracyPage.of(gradings.all(), parameters);
    model.addAttribute("page", page);
    response.setStatus(page.input().status());
    return "accuracy/index";
  }
}
