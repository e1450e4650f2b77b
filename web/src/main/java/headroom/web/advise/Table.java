package headroom.web.advise;

import headroom.web.support.Links;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One answer as rows and columns.
 *
 * @param id for HTML
 * @param title over it
 * @param lead what it is ordered by, or what it means
 * @param heads one for each column
 * @param rows cells, as many as heads
 */
record Table(String id, String title, String lead, List<Head> heads, List<List<Cell>> rows) {
  Table {
    heads = List.copyOf(heads);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** One column. */
  record Head(String label, boolean numeric) {}

  /**
   * One cell.
   *
   * @param text for people
   * @param note smaller, below it; empty for none
   * @param href where it leads; empty for nowhere
   * @param tone class of a badge; empty for plain text
   */
  record Cell(String text, String note, String href, String tone) {
    static Cell of(String text) {
      return new Cell(text, "", "", "");
    }

    Cell with(String small) {
      return new Cell(text, small, href, tone);
    }

    Cell to(String address) {
      return new Cell(text, note, address, tone);
    }

    Cell toned(String badge) {
      return new Cell(text, note, href, badge);
    }
  }

  /** Columns whose name starts with {@code >} hold numbers. */
  static List<Head> heads(String... labels) {
    List<Head> heads = new ArrayList<>();
    for (String label : labels) {
      boolean numeric = label.startsWith(">");
      heads.add(new Head(numeric ? label.substring(1) : label, numeric));
    }
    return heads;
  }

  /** The calculator's page of one combination. */
  static String calculator(String model, String device, String format, int context) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("model", model);
    parameters.put("device", device);
    parameters.put("quant", format);
    parameters.put("context", Integer.toString(context));
    return Links.to("/fit", parameters);
  }
}
