package headroom.web.models;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.model.ModelSpec;
import headroom.web.support.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The devices that hold a model: of each kind and maker the ones with the least memory that
 * suffices, the fastest of those.
 *
 * @param fitting how many devices hold it
 * @param all how many devices with memory of their own were tried
 * @param rows the smallest that suffice
 */
record WhereItFits(int fitting, int all, List<Row> rows) {
  private static final int ROWS = 10;

  /**
   * One device.
   *
   * @param id of its page
   * @param name as its maker writes it
   * @param kind in words
   * @param memory GiB
   * @param prediction in short
   * @param link to the whole answer
   */
  record Row(
      String id, String name, String kind, double memory, Prediction prediction, String link) {}

  static WhereItFits of(CatalogueModel model, Catalogue catalogue) {
    ModelSpec spec = catalogue.spec(model);
    List<Row> holding = new ArrayList<>();
    int tried = 0;
    for (CatalogueDevice device : catalogue.devices()) {
      if (device.memory().sizeGib().isPresent()) {
        tried++;
        Prediction prediction = Prediction.of(model, spec, device);
        if (prediction.fits()) {
          holding.add(
              new Row(
                  device.id(),
                  device.name(),
                  device.deviceKind().label(),
                  device.memory().sizeGib().getAsDouble(),
                  prediction,
                  Prediction.link(model, device)));
        }
      }
    }
    holding.sort(
        Comparator.comparingDouble(Row::memory)
            .thenComparingDouble(
                row -> -row.prediction().decode().map(d -> d.tokensPerSecond()).orElse(0.0)));
    Map<String, Row> smallest = new LinkedHashMap<>();
    for (Row row : holding) {
      smallest.putIfAbsent(row.kind() + " " + row.memory(), row);
    }
    return new WhereItFits(holding.size(), tried, smallest.values().stream().limit(ROWS).toList());
  }
}
