package headroom.web.devices;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.web.support.Link;
import headroom.web.support.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Up to four devices side by side.
 *
 * @param columns the devices
 * @param rows facts and predictions, a cell per device
 * @param differences what stands out, in sentences
 * @param field what was typed to add and is wrong, empty where nothing is
 * @param error what is wrong with it
 * @param meant what may have been meant instead
 * @param choices every device, for the form
 */
record ComparePage(
    List<Column> columns,
    List<CompareRows.Row> rows,
    List<String> differences,
    String field,
    String error,
    List<Link> meant,
    List<Option> choices) {

  static final int MOST = 4;
  private static final int NEAREST = 4;

  /** Models for which speeds are compared: small dense, large dense, mixture of experts. */
  private static final List<String> REFERENCE_MODELS =
      List.of("llama-3.1-8b", "qwen3-32b", "gpt-oss-120b");

  /**
   * One device.
   *
   * @param device the catalogue's entry
   * @param without this comparison without it
   */
  record Column(CatalogueDevice device, String without) {}

  static ComparePage of(List<String> asked, Catalogue catalogue) {
    Map<String, CatalogueDevice> found = new LinkedHashMap<>();
    String unknown = "";
    for (String text : asked.stream().map(String::strip).filter(t -> !t.isEmpty()).toList()) {
      Optional<CatalogueDevice> device = find(text, catalogue);
      device.ifPresent(d -> found.putIfAbsent(d.id(), d));
      if (device.isEmpty() && unknown.isEmpty()) {
        unknown = text;
      }
    }
    String error =
        !unknown.isEmpty()
            ? "There is no device ‘" + unknown + "’."
            : found.size() > MOST
                ? found.size() + " devices were asked for; at most " + MOST + " stand side by side."
                : "";
    List<CatalogueDevice> devices = found.values().stream().limit(MOST).toList();
    List<CatalogueModel> models =
        REFERENCE_MODELS.stream().flatMap(id -> catalogue.model(id).stream()).toList();
    return new ComparePage(
        devices.stream().map(device -> new Column(device, without(device, devices))).toList(),
        CompareRows.of(devices, models),
        Differences.of(devices),
        unknown,
        error,
        unknown.isEmpty() ? List.of() : nearest(unknown, devices, catalogue),
        catalogue.devices().stream().map(d -> new Option(d.id(), d.name())).toList());
  }

  private static Optional<CatalogueDevice> find(String text, Catalogue catalogue) {
    return catalogue
        .device(text)
        .or(
            () ->
                catalogue.devices().stream()
                    .filter(device -> device.name().equalsIgnoreCase(text))
                    .findFirst());
  }

  private static List<Link> nearest(
      String text, List<CatalogueDevice> devices, Catalogue catalogue) {
    return catalogue.nearestDevices(text, NEAREST).stream()
        .map(
            near -> {
              List<CatalogueDevice> with = new ArrayList<>(devices);
              with.add(near);
              return new Link(link(with), near.name());
            })
        .toList();
  }

  private static String without(CatalogueDevice device, List<CatalogueDevice> devices) {
    return link(devices.stream().filter(other -> other != device).toList());
  }

  private static String link(List<CatalogueDevice> devices) {
    return "/compare"
        + devices.stream()
            .map(device -> "d=" + device.id())
            .reduce((a, b) -> a + "&" + b)
            .map(query -> "?" + query)
            .orElse("");
  }

  public int status() {
    return error.isEmpty() ? 200 : 400;
  }

  public boolean isFull() {
    return columns.size() >= MOST;
  }

  public String title() {
    return switch (columns.size()) {
      case 0 -> "Compare devices";
      case 1, 2 ->
          String.join(" or ", columns.stream().map(column -> column.device().name()).toList());
      default -> columns.size() + " devices side by side";
    };
  }
}
