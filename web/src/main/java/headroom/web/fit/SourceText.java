package headroom.web.fit;

import headroom.paper.ArxivId;
import headroom.paper.PaperCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the text of a source into words and links. */
final class SourceText {
  private static final Pattern LINK =
      Pattern.compile(
          "(?<url>https?://[^\\s,;)]+[^\\s,;).])|(?:arXiv:?\\s*)(?<arxiv>\\d{4}\\.\\d{4,5})");
  private static final Pattern FILE_ON_GITHUB =
      Pattern.compile("https://github\\.com/[^/]+/([^/]+)/blob/[^/]+/(?:.*/)?([^/]+)");
  private static final Pattern THREAD_ON_GITHUB =
      Pattern.compile("https://github\\.com/[^/]+/([^/]+)/(?:pull|issues|discussions)/(\\d+).*");

  private SourceText() {}

  /**
   * A stretch of text.
   *
   * @param text for people
   * @param href where it leads, empty where nowhere
   */
  record Part(String text, Optional<String> href) {}

  /** The parts in order; papers of the catalogue link to their page here, others to arXiv. */
  static List<Part> parts(String text, PaperCatalogue papers) {
    List<Part> parts = new ArrayList<>();
    Matcher link = LINK.matcher(text);
    int end = 0;
    while (link.find()) {
      addText(parts, text.substring(end, link.start()));
      String url = link.group("url");
      parts.add(
          url == null
              ? new Part(link.group(), Optional.of(paper(link.group("arxiv"), papers)))
              : new Part(label(url), Optional.of(url)));
      end = link.end();
    }
    addText(parts, text.substring(end));
    return parts;
  }

  private static void addText(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part(text, Optional.empty()));
    }
  }

  private static String paper(String id, PaperCatalogue papers) {
    return ArxivId.parse(id)
        .flatMap(papers::paper)
        .map(paper -> "/papers/" + paper.id())
        .orElse("https://arxiv.org/abs/" + id);
  }

  /** {@code llama.cpp/llama-kv-cache.cpp#L139}: what matters of a long permalink. */
  private static String label(String url) {
    Matcher file = FILE_ON_GITHUB.matcher(url);
    if (file.matches()) {
      return file.group(1) + "/" + file.group(2);
    }
    Matcher thread = THREAD_ON_GITHUB.matcher(url);
    return thread.matches()
        ? thread.group(1) + " #" + thread.group(2)
        : url.replaceFirst("^https?://(www\\.)?", "");
  }
}
