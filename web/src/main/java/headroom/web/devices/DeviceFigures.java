package headroom.web.devices;

import headroom.catalogue.CatalogueDevice;
import headroom.web.support.Fact;
import headroom.web.support.Figures;
import java.util.Optional;
import java.util.OptionalDouble;

/** Figures of a device that lists, pages and comparisons show in the same words. */
final class DeviceFigures {
  private DeviceFigures() {}

  static OptionalDouble memory(CatalogueDevice device) {
    return device.memory().sizeGib();
  }

  static OptionalDouble bandwidth(CatalogueDevice device) {
    return device.memory().bandwidthGbPerS();
  }

  /** The F16 rate that matters for prefill: matrix units with F32 sums, else plain F16. */
  static OptionalDouble fp16(CatalogueDevice device) {
    return device
        .compute()
        .map(
            c ->
                c.fp16TensorFp32AccumulateTflops().isPresent()
                    ? c.fp16TensorFp32AccumulateTflops()
                    : c.fp16VectorTflops())
        .orElse(OptionalDouble.empty());
  }

  static OptionalDouble power(CatalogueDevice device) {
    return device
        .board()
        .map(
            board ->
                board.tdpW().isPresent()
                    ? OptionalDouble.of(board.tdpW().getAsInt())
                    : OptionalDouble.empty())
        .orElse(OptionalDouble.empty());
  }

  static OptionalDouble price(CatalogueDevice device) {
    return device
        .price()
        .map(price -> OptionalDouble.of(price.launchUsd()))
        .orElse(OptionalDouble.empty());
  }

  static Optional<String> priceText(CatalogueDevice device) {
    return device
        .price()
        .map(price -> (price.approximate() ? "about " : "") + Figures.dollars(price.launchUsd()));
  }

  static String kind(CatalogueDevice device) {
    String form = device.formFactor().map(f -> f + " ").orElse("");
    return form + device.deviceKind().label();
  }

  /** For a table cell: the figure alone, or "not known". */
  static Fact cell(String label, OptionalDouble figure) {
    return Fact.of(label, Figures.as(figure, Figures::plain));
  }
}
