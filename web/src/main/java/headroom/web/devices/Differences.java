package headroom.web.devices;

import headroom.catalogue.CatalogueDevice;
import headroom.web.support.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What stands out between devices, in sentences; differences below five percent are not told. */
final class Differences {
  private static final double WORTH_TELLING = 1.05;

  private Differences() {}

  static List<String> of(List<CatalogueDevice> devices) {
    List<String> sentences = new ArrayList<>();
    tell(
        sentences,
        devices,
        DeviceFigures::bandwidth,
        "%s reads memory fastest, %s times as fast as %s. How fast it generates tokens follows mostly"
            + " from that.");
    tell(
        sentences,
        devices,
        DeviceFigures::memory,
        "%s holds the most, %s times the memory of %s: larger models, longer contexts.");
    tell(
        sentences,
        devices,
        DeviceFigures::fp16,
        "%s computes fastest, %s times the F16 rate of %s. That shortens the wait for the first"
            + " token of a long prompt.");
    tell(
        sentences,
        devices,
        DeviceFigures::power,
        "%s draws the most power, %s times that of %s at their board limits.");
    tell(
        sentences,
        devices,
        DeviceFigures::price,
        "%s cost the most when it came out, %s times the price of %s then.");
    return sentences;
  }

  private static void tell(
      List<String> sentences,
      List<CatalogueDevice> devices,
      Function<CatalogueDevice, OptionalDouble> figure,
      String sentence) {
    List<CatalogueDevice> known =
        devices.stream()
            .filter(device -> figure.apply(device).isPresent())
            .sorted(Comparator.comparingDouble(device -> -figure.apply(device).orElseThrow()))
            .toList();
    if (known.size() < 2) {
      return;
    }
    CatalogueDevice most = known.getFirst();
    CatalogueDevice least = known.getLast();
    double times = figure.apply(most).orElseThrow() / figure.apply(least).orElseThrow();
    if (times >= WORTH_TELLING) {
      sentences.add(
          sentence.formatted(
                  most.name(), Figures.plain(Math.round(times * 10) / 10.0), least.name())
              + unknown(devices, known));
    }
  }

  /** Names the devices that could not take part, so that silence is not read as an answer. */
  private static String unknown(List<CatalogueDevice> devices, List<CatalogueDevice> known) {
    List<String> left =
        devices.stream().filter(d -> !known.contains(d)).map(CatalogueDevice::name).toList();
    return left.isEmpty() ? "" : " Not known of " + String.join(" and ", left) + ".";
  }
}
