package headroom.web.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import java.util.ArrayList;
import java.util.List;

/** Somebody with a fresh browser at this site, who notes what must never happen. */
final class Visitor implements AutoCloseable {
  private static final double PATIENCE_MILLIS = 20_000;

  private final String origin;
  private final BrowserContext context;
  private final Page page;
  private final List<String> faults = new ArrayList<>();
  private final List<Request> requests = new ArrayList<>();
  private int documents;

  Visitor(Browser browser, String origin, boolean javaScript) {
    this.origin = origin;
    this.context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setBaseURL(origin)
                .setJavaScriptEnabled(javaScript)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setServiceWorkers(ServiceWorkerPolicy.BLOCK)
                .setLocale("en-GB")
                .setViewportSize(1280, 800));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    this.page = context.newPage();
    page.onRequest(this::note);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            fault("the console says " + message.type() + ": " + message.text());
          }
        });
    page.onPageError(error -> fault("a script failed: " + error));
  }

  private void note(Request request) {
    requests.add(request);
    if (request.isNavigationRequest()) {
      documents++;
    }
    if (!request.url().startsWith(origin + "/") && !request.url().startsWith("data:")) {
      fault("a request to another host: " + request.url());
    }
  }

  private void fault(String what) {
    // A browser reports each answer of 400 or more, also those that a page is right to give.
    if (!what.contains("Failed to load resource: the server responded with a status of 4")) {
      faults.add(page.url() + ": " + what);
    }
  }

  /** Types an address of the site, such as {@code /papers}; the answer must be no failure. */
  Page open(String path) {
    int status = answer(path).status();
    assertThat(status).as("status of " + path).isEqualTo(200);
    return page;
  }

  /** Types an address of the site and takes any answer. */
  Response answer(String path) {
    return java.util.Objects.requireNonNull(page.navigate(path), path);
  }

  Page page() {
    return page;
  }

  /** The address that the browser shows, without the site's host. */
  String path() {
    return page.url().substring(origin.length());
  }

  /** How many whole pages were loaded up to now; a swapped fragment is none. */
  int documents() {
    return documents;
  }

  /** Bytes that came over the wire for everything asked up to now, heads of answers included. */
  long transferred() {
    // Waiting for sizes lets more requests in.
    return List.copyOf(requests).stream()
        .map(Request::sizes)
        .mapToLong(sizes -> sizes.responseBodySize + (long) sizes.responseHeadersSize)
        .sum();
  }

  /** How many requests the browser made up to now. */
  int requests() {
    return requests.size();
  }

  /** Leaves; fails where something happened that must never happen. */
  @Override
  public void close() {
    context.close();
    List<String> noted = List.copyOf(faults);
    faults.clear();
    assertThat(noted).as("what the browser complained of").isEmpty();
  }
}
