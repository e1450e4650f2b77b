package headroom.web.support;

import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns what controllers throw into an answer; features with errors of their own go first. */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class SiteErrors {
  private static final Logger LOG = LoggerFactory.getLogger(SiteErrors.class);

  @ExceptionHandler
  Object unknownThing(UnknownThingException e, HttpServletRequest request) {
    return ErrorAnswer.to(request, ErrorPage.of(404, message(e), e.nearest()));
  }

  @ExceptionHandler
  Object noSuchPage(NoResourceFoundException e, HttpServletRequest request) {
    return ErrorAnswer.to(
        request, ErrorPage.of(404, "There is no page " + request.getRequestURI() + "."));
  }

  @ExceptionHandler
  Object wrongParameter(MethodArgumentTypeMismatchException e, HttpServletRequest request) {
    return ErrorAnswer.to(
        request,
        ErrorPage.of(400, "‘" + e.getValue() + "’ cannot be used for " + e.getName() + "."));
  }

  @ExceptionHandler
  Object unreadableBody(HttpMessageNotReadableException e, HttpServletRequest request) {
    return ErrorAnswer.to(
        request,
        ErrorPage.of(400, "The body cannot be read; wanted a JSON object such as {\"name\": 1}."));
  }

  @ExceptionHandler
  Object anythingElse(Exception e, HttpServletRequest request) {
    if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      String detail = known.getBody().getDetail();
      int status = known.getStatusCode().value();
      return ErrorAnswer.to(
          request, ErrorPage.of(status, detail == null ? "The answer is " + status + "." : detail));
    }
    LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
    return ErrorAnswer.to(
        request, ErrorPage.of(500, "The page could not be made because of a fault in the site."));
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
