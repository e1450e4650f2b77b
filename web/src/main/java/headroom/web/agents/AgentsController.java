package headroom.web.agents;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The page of keys: what they are, make one, revoke one. */
@Controller
class AgentsController {
  private static final String FOREIGN =
      "the form came from another site, so nothing was done; send it from this page";

  private final AgentKeys keys;
  private final KeyPace pace;
  private final AgentJar jar;

  AgentsController(AgentKeys keys, KeyPace pace, AgentJar jar) {
    this.keys = keys;
    this.pace = pace;
    this.jar = jar;
  }

  @GetMapping("/agents")
  String agents(Model model) {
    return show(model, blank());
  }

  @PostMapping("/agents")
  String create(
      @RequestParam(defaultValue = "") String name,
      HttpServletRequest request,
      HttpServletResponse response,
      Model model) {
    if (!SameOrigin.holds(request)) {
      response.setStatus(HttpStatus.FORBIDDEN.value());
      return show(model, blank().wrongName(name, FOREIGN));
    }
    AgentName read;
    try {
      read = new AgentName(name);
    } catch (IllegalArgumentException wrong) {
      response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
      return show(model, blank().wrongName(name, String.valueOf(wrong.getMessage())));
    }
    if (!pace.allows(request.getRemoteAddr())) {
      response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
      return show(
          model,
          blank().wrongName(name, "too many keys were asked for from your address; wait a minute"));
    }
    AgentKeys.Issued issued = keys.issue(read);
    response.setHeader("Cache-Control", "no-store");
    return show(model, blank().issued(issued.agent().name(), issued.key().text()));
  }

  @PostMapping("/agents/revoke")
  String revoke(
      @RequestParam(defaultValue = "") String key,
      HttpServletRequest request,
      HttpServletResponse response,
      Model model) {
    if (!SameOrigin.holds(request)) {
      response.setStatus(HttpStatus.FORBIDDEN.value());
      return show(model, blank().wrongKey(FOREIGN));
    }
    Optional<Agent> agent = AgentKey.parse(key).flatMap(keys::revoke);
    if (agent.isEmpty()) {
      response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
      return show(
          model,
          blank().wrongKey("no agent here has this key; wanted hr_ and 40 letters and digits"));
    }
    return show(model, blank().revoked(agent.get().name()));
  }

  private AgentsPage blank() {
    return AgentsPage.blank(
        ServletUriComponentsBuilder.fromCurrentContextPath().toUriString(),
        jar.resource().isPresent());
  }

  private static String show(Model model, AgentsPage page) {
    model.addAttribute("page", page);
    return "agents/index";
  }
}
