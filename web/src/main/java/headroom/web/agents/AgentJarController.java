package headroom.web.agents;

import java.io.IOException;
import java.util.Optional;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** Hands out the bench agent. */
@Controller
class AgentJarController {
  static final String PATH = "/agent/headroom-agent.jar";

  private final AgentJar jar;

  AgentJarController(AgentJar jar) {
    this.jar = jar;
  }

  @GetMapping(PATH)
  Object download() throws IOException {
    Optional<Resource> found = jar.resource();
    if (found.isEmpty()) {
      ModelAndView page = new ModelAndView("agents/no-jar");
      page.setStatus(HttpStatus.NOT_FOUND);
      return page;
    }
    Resource resource = found.get();
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("application/java-archive"))
        .contentLength(resource.contentLength())
        .eTag(jar.tag(resource))
        .cacheControl(CacheControl.noCache())
        .headers(
            h ->
                h.setContentDisposition(
                    ContentDisposition.attachment().filename("headroom-agent.jar").build()))
        .body(resource);
  }
}
