package headroom.web.devices;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.web.support.Fact;
import headroom.web.support.Figures;
import headroom.web.support.Link;
import headroom.web.support.Links;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One device with all that is known of it.
 *
 * @param device the catalogue's entry
 * @param kind in words
 * @param headline the four figures that matter first
 * @param groups all facts
 * @param models what it can run
 * @param similar devices to compare it with
 */
record DevicePage(
    CatalogueDevice device,
    String kind,
    List<Fact> headline,
    List<DeviceFacts.Group> groups,
    ModelsOnDevice models,
    List<Link> similar) {

  private static final int SIMILAR = 4;

  static DevicePage of(CatalogueDevice device, Catalogue catalogue) {
    return new DevicePage(
        device,
        DeviceFigures.kind(device),
        List.of(
            Fact.of("memory", Figures.with(DeviceFigures.memory(device), "GiB")),
            Fact.of("peak bandwidth", Figures.with(DeviceFigures.bandwidth(device), "GB/s")),
            Fact.of("peak F16", Figures.with(DeviceFigures.fp16(device), "TFLOPS")),
            Fact.of("price at launch", DeviceFigures.priceText(device))),
        DeviceFacts.of(device),
        ModelsOnDevice.of(device, catalogue),
        similar(device, catalogue.devices()));
  }

  /** Devices nearest in bandwidth and memory, from other makers and years too. */
  private static List<Link> similar(CatalogueDevice device, List<CatalogueDevice> all) {
    return all.stream()
        .filter(other -> !other.id().equals(device.id()))
        .filter(other -> DeviceFigures.bandwidth(other).isPresent())
        .sorted(Comparator.comparingDouble(other -> distance(device, other)))
        .limit(SIMILAR)
        .map(
            other ->
                new Link("/compare?d=" + device.id() + "&d=" + other.id(), "with " + other.name()))
        .toList();
  }

  /** How many times more or less bandwidth and memory, as a sum of logarithms. */
  private static double distance(CatalogueDevice a, CatalogueDevice b) {
    double bandwidth = DeviceFigures.bandwidth(a).orElse(1) / DeviceFigures.bandwidth(b).orElse(1);
    double memory = DeviceFigures.memory(a).orElse(1) / DeviceFigures.memory(b).orElse(1);
    return Math.abs(Math.log(bandwidth)) + Math.abs(Math.log(memory));
  }

  public String calculatorLink() {
    return Links.to("/fit", Map.of("device", device.id()));
  }

  public String compareLink() {
    return Links.to("/compare", Map.of("d", device.id()));
  }
}
