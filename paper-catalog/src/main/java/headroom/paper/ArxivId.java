package headroom.paper;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An arXiv identifier of the scheme in use since April 2007: year and month, a dot, four or five
 * digits (<a href="https://info.arxiv.org/help/arxiv_identifier.html">arXiv identifiers</a>).
 *
 * @param value for example {@code 2402.02750}, without a version
 */
public record ArxivId(String value) implements Comparable<ArxivId> {
  private static final Pattern SCHEME = Pattern.compile("\\d{2}(0[1-9]|1[0-2])\\.\\d{4,5}");

  public ArxivId {
    if (!SCHEME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "arXiv id is '%s'; wanted yymm.number, for example 2402.02750".formatted(value));
    }
  }

  /** The id, or empty where the text is none. */
  public static Optional<ArxivId> parse(String text) {
    return SCHEME.matcher(text).matches() ? Optional.of(new ArxivId(text)) : Optional.empty();
  }

  /** Year of first submission. */
  public int year() {
    return 2000 + Integer.parseInt(value.substring(0, 2));
  }

  /** The page with abstract and versions. */
  public URI abstractPage() {
    return URI.create("https://arxiv.org/abs/" + value);
  }

  public URI pdf() {
    return URI.create("https://arxiv.org/pdf/" + value);
  }

  /** The page on Hugging Face Papers. */
  public URI huggingFacePage() {
    return URI.create("https://huggingface.co/papers/" + value);
  }

  @Override
  public int compareTo(ArxivId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
