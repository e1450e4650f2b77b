package headroom.web.devices;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.units.Bytes;
import headroom.web.support.Figures;
import headroom.web.support.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The largest model of each family that a device holds.
 *
 * @param fitting how many models fit
 * @param all how many models were tried
 * @param rows the largest of each family, largest first
 * @param assumed the memory that was assumed, where the device has none of its own; else empty
 */
record ModelsOnDevice(int fitting, int all, List<Row> rows, String assumed) {
  private static final int ROWS = 12;

  /** For platforms whose memory the builder chooses: what models may take to be listed. */
  private static final Bytes ASSUMED = Bytes.ofGiB(64);

  /**
   * One model on the device.
   *
   * @param id of the model's page
   * @param name as its makers write it
   * @param parameters for people
   * @param prediction in short
   * @param link to the whole answer
   */
  record Row(String id, String name, String parameters, Prediction prediction, String link) {}

  static ModelsOnDevice of(CatalogueDevice device, Catalogue catalogue) {
    List<CatalogueModel> models = catalogue.models();
    boolean sized = device.memory().sizeGib().isPresent();
    Map<String, Row> largest = new LinkedHashMap<>();
    int fitting = 0;
    List<CatalogueModel> bySize = new ArrayList<>(models);
    bySize.sort(
        Comparator.comparingLong((CatalogueModel m) -> m.parameters().textDecoder()).reversed());
    for (CatalogueModel model : bySize) {
      Prediction prediction = Prediction.of(model, catalogue.spec(model), device);
      boolean holds = sized ? prediction.fits() : prediction.needed().compareTo(ASSUMED) <= 0;
      if (holds) {
        fitting++;
        largest.putIfAbsent(
            model.family(),
            new Row(
                model.id(),
                model.name(),
                Figures.parameters(model.parameters().textDecoder()),
                prediction,
                Prediction.link(model, device)));
      }
    }
    return new ModelsOnDevice(
        fitting,
        models.size(),
        largest.values().stream().limit(ROWS).toList(),
        sized ? "" : ASSUMED.toString());
  }
}
