package headroom.web.devices;

import headroom.catalogue.CatalogueDevice;
import headroom.device.DeviceKind;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import headroom.web.support.UnknownLast;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which devices are wanted and in what order, read from the parameters of the page.
 *
 * @param input the parameters, with what is wrong in them
 * @param text words that must all occur
 * @param vendor maker
 * @param kind {@link CatalogueDevice#kind()}
 * @param memoryMin GiB
 * @param bandwidthMin GB/s
 * @param priceMax US dollars at launch
 * @param sort column, led by a minus for descending
 */
record DeviceFilter(
    FormInput input,
    Optional<String> text,
    Optional<String> vendor,
    Optional<String> kind,
    OptionalDouble memoryMin,
    OptionalDouble bandwidthMin,
    OptionalDouble priceMax,
    String sort) {

  private static final String DEFAULT_SORT = "-bandwidth";

  /** What can be sorted by figures; unknown figures come last either way. */
  private static final Map<String, Function<CatalogueDevice, OptionalDouble>> FIGURES =
      Map.of(
          "memory", DeviceFigures::memory,
          "bandwidth", DeviceFigures::bandwidth,
          "fp16", DeviceFigures::fp16,
          "power", DeviceFigures::power,
          "price", DeviceFigures::price,
          "year", device -> OptionalDouble.of(device.releaseYear()));

  static DeviceFilter of(FormInput input, List<String> vendors) {
    return new DeviceFilter(
        input,
        input.text("q").map(text -> text.toLowerCase(Locale.ROOT)),
        input.choice("vendor", vendors),
        input.choice("kind", kinds().stream().map(Option::value).toList()),
        input.number("memory", 0, 10_000),
        input.number("bandwidth", 0, 100_000),
        input.number("price", 0, 1_000_000),
        input.choice("sort", sorts()).orElse(DEFAULT_SORT));
  }

  static List<Option> kinds() {
    return Arrays.stream(DeviceKind.values())
        .map(
            kind ->
                new Option(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'), kind.label()))
        .toList();
  }

  private static List<String> sorts() {
    return Stream.concat(Stream.of("name"), FIGURES.keySet().stream().sorted())
        .flatMap(column -> Stream.of(column, "-" + column))
        .toList();
  }

  boolean admits(CatalogueDevice device) {
    return text.stream()
            .flatMap(words -> Arrays.stream(words.split("\\s+")))
            .allMatch(words(device)::contains)
        && vendor.stream().allMatch(device.vendor()::equals)
        && kind.stream().allMatch(device.kind()::equals)
        && atLeast(DeviceFigures.memory(device), memoryMin)
        && atLeast(DeviceFigures.bandwidth(device), bandwidthMin)
        && (priceMax.isEmpty()
            || DeviceFigures.price(device).orElse(Double.POSITIVE_INFINITY)
                <= priceMax.getAsDouble());
  }

  Comparator<CatalogueDevice> order() {
    boolean descending = sort.startsWith("-");
    Function<CatalogueDevice, OptionalDouble> figure =
        FIGURES.get(descending ? sort.substring(1) : sort);
    Comparator<CatalogueDevice> byName =
        Comparator.comparing(CatalogueDevice::name, String.CASE_INSENSITIVE_ORDER);
    if (figure == null) {
      return descending ? byName.reversed() : byName;
    }
    return UnknownLast.by((CatalogueDevice device) -> boxed(figure.apply(device)), descending)
        .thenComparing(byName);
  }

  private static Optional<Double> boxed(OptionalDouble figure) {
    return figure.isPresent() ? Optional.of(figure.getAsDouble()) : Optional.empty();
  }

  private static boolean atLeast(OptionalDouble figure, OptionalDouble least) {
    return least.isEmpty() || (figure.isPresent() && figure.getAsDouble() >= least.getAsDouble());
  }

  private static String words(CatalogueDevice device) {
    String chip =
        device.chip().map(c -> c.name().orElse("") + " " + c.architecture().orElse("")).orElse("");
    return String.join(" ", device.id(), device.name(), device.vendor(), chip)
        .toLowerCase(Locale.ROOT);
  }
}
