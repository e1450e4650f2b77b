package headroom.web.support;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A column head that sorts its table.
 *
 * @param label for people
 * @param href this page, sorted by the column (the other way round if it already is)
 * @param direction {@code asc}, {@code desc}, or empty where another column sorts
 * @param numeric true where the column holds figures
 */
public record SortLink(String label, String href, String direction, boolean numeric) {

  /**
   * @param path of the page
   * @param parameters sent to it; kept in the link
   * @param column the value of {@code sort} that stands for this column
   * @param current the {@code sort} in force, led by a minus for descending
   */
  public static SortLink of(
      String path,
      Map<String, String> parameters,
      String label,
      String column,
      String current,
      boolean numeric) {
    boolean ascending = current.equals(column);
    boolean descending = current.equals("-" + column);
    boolean nextDescends = ascending || (numeric && !descending);
    Map<String, String> kept = new TreeMap<>(parameters);
    kept.put("sort", nextDescends ? "-" + column : column);
    kept.remove("page");
    return new SortLink(
        label, Links.to(path, kept), ascending ? "asc" : descending ? "desc" : "", numeric);
  }

  /** The word for {@code aria-sort}, absent where another column sorts. */
  public @Nullable String ariaSort() {
    return switch (direction) {
      case "asc" -> "ascending";
      case "desc" -> "descending";
      default -> null;
    };
  }
}
