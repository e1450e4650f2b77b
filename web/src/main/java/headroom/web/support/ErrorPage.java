package headroom.web.support;

import java.util.List;

/**
 * What an error page says.
 *
 * @param status HTTP status
 * @param title for people
 * @param message what happened
 * @param advice what to do about it
 * @param nearest what may have been meant, empty where nothing is near
 */
record ErrorPage(int status, String title, String message, String advice, List<Link> nearest) {

  static ErrorPage of(int status, String message) {
    return of(status, message, List.of());
  }

  static ErrorPage of(int status, String message, List<Link> nearest) {
    return switch (status) {
      case 404 ->
          new ErrorPage(
              404,
              "Not found",
              message,
              nearest.isEmpty()
                  ? "Check the address, or begin at the front page."
                  : "One of these may be meant:",
              nearest);
      case 400 ->
          new ErrorPage(
              400, "This request cannot be read", message, "Go back and correct it.", nearest);
      case 405 ->
          new ErrorPage(
              405, "Not possible here", message, "Follow a link or a form of the site.", nearest);
      default ->
          status < 500
              ? new ErrorPage(
                  status, "This request cannot be answered", message, "Go back.", nearest)
              : new ErrorPage(
                  status,
                  "Something went wrong on our side",
                  message,
                  "It has been written to the site's log. Try again in a moment.",
                  nearest);
    };
  }
}
