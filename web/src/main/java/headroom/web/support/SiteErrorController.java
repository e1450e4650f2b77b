package headroom.web.support;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Answers errors that arise before or after a controller, in the container itself. */
@Controller
class SiteErrorController implements ErrorController {
  @RequestMapping("/error")
  Object error(HttpServletRequest request) {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    int status = code instanceof Integer known && known >= 400 ? known : 404;
    String message =
        status >= 500
            ? "The page could not be made because of a fault in the site."
            : status == 404 ? "There is no such page." : "The request was not understood.";
    return ErrorAnswer.to(path == null ? "" : path.toString(), ErrorPage.of(status, message));
  }
}
