package headroom.web.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.HtmlUtils;

/** Somebody who clicks everything. */
class LinksIT extends Journey {
  private static final Pattern LINK = Pattern.compile("\\s(?:href|src)=\"(/[^\"#]*)");

  /** Of addresses that differ in their query alone, this many are followed. */
  private static final int QUERIES_PER_PATH = 10;

  @Test
  void noLinkLeadsNowhere() throws IOException, InterruptedException {
    Queue<String> open = new ArrayDeque<>(List.of("/"));
    TreeSet<String> seen = new TreeSet<>(open);
    Map<String, Integer> queries = new HashMap<>();
    List<String> broken = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!open.isEmpty()) {
        String path = open.remove();
        HttpResponse<String> answer = get(client, path);
        if (answer.statusCode() != 200) {
          broken.add(path + " answers " + answer.statusCode());
        }
        if (answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html")) {
          Matcher links = LINK.matcher(answer.body());
          while (links.find()) {
            String link = HtmlUtils.htmlUnescape(links.group(1));
            int query = link.indexOf('?');
            boolean follow =
                query < 0
                    || queries.merge(link.substring(0, query), 1, Integer::sum) <= QUERIES_PER_PATH;
            if (follow && seen.add(link)) {
              open.add(link);
            }
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(seen).as("pages that a reader can reach").hasSizeGreaterThan(500);
  }

  private HttpResponse<String> get(HttpClient client, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(siteUrl() + path.replace(" ", "%20")))
            .header("Accept", "text/html,*/*;q=0.8")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
