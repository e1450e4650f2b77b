package headroom.web.support;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.ModelAndView;

/**
 * One error in the form its asker reads: a page for people, problem+json (RFC 9457) for the API.
 */
final class ErrorAnswer {
  private ErrorAnswer() {}

  static Object to(String path, ErrorPage page) {
    return path.startsWith("/api/") ? problem(page) : page(page);
  }

  static Object to(HttpServletRequest request, ErrorPage page) {
    return to(request.getRequestURI(), page);
  }

  private static ModelAndView page(ErrorPage page) {
    ModelAndView view = new ModelAndView("error/page");
    view.setStatus(HttpStatusCode.valueOf(page.status()));
    view.addObject("page", page);
    return view;
  }

  private static ResponseEntity<ProblemDetail> problem(ErrorPage page) {
    HttpStatus known = HttpStatus.resolve(page.status());
    ProblemDetail problem = ProblemDetail.forStatus(page.status());
    problem.setTitle(known == null ? page.title() : known.getReasonPhrase());
    problem.setDetail(page.message());
    return ResponseEntity.status(page.status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
