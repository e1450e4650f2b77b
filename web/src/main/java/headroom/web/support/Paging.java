package headroom.web.support;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One stretch of a long list, with the links to its neighbours.
 *
 * @param items what is shown
 * @param total how many there are
 * @param first number of the first shown, from 1
 * @param last number of the last shown
 * @param previous link to the stretch before
 * @param next link to the stretch after
 */
public record Paging<T>(
    List<T> items,
    int total,
    int first,
    int last,
    Optional<String> previous,
    Optional<String> next) {

  private static final int LAST_PAGE = 1_000;

  /**
   * Cuts out the page that the parameter {@code page} names; past the end, the last one.
   *
   * @param size items on a page
   * @param path of this page, for links
   */
  public static <T> Paging<T> of(List<T> all, FormInput input, int size, String path) {
    int pages = Math.max(1, (all.size() + size - 1) / size);
    int page = (int) Math.min(pages, input.number("page", 1, LAST_PAGE).orElse(1));
    int from = (page - 1) * size;
    int to = Math.min(all.size(), from + size);
    return new Paging<>(
        List.copyOf(all.subList(from, to)),
        all.size(),
        from + 1,
        to,
        page > 1 ? Optional.of(link(path, input, page - 1)) : Optional.empty(),
        page < pages ? Optional.of(link(path, input, page + 1)) : Optional.empty());
  }

  private static String link(String path, FormInput input, int page) {
    Map<String, String> kept = new TreeMap<>(input.sent());
    kept.put("page", Integer.toString(page));
    return Links.to(path, kept);
  }

  /** True where the list does not fit on one page. */
  public boolean isCut() {
    return previous.isPresent() || next.isPresent();
  }
}
