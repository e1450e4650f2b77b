package headroom.web.devices;

import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.model.ModelSpec;
import headroom.web.support.Fact;
import headroom.web.support.Figures;
import headroom.web.support.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The rows of a comparison: facts first, then predictions. */
final class CompareRows {
  private CompareRows() {}

  /**
   * One row.
   *
   * @param label for people
   * @param cells a cell per device
   */
  record Row(String label, List<Cell> cells) {}

  /**
   * One cell.
   *
   * @param fact what it says
   * @param detail smaller, below it; empty where there is nothing more to say
   * @param best true where no other device of the comparison is better
   */
  record Cell(Fact fact, String detail, boolean best) {
    static Cell of(Fact fact) {
      return new Cell(fact, "", false);
    }
  }

  static List<Row> of(List<CatalogueDevice> devices, List<CatalogueModel> models) {
    if (devices.isEmpty()) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>();
    rows.add(words("Kind", devices, d -> Fact.of("", DeviceFigures.kind(d))));
    rows.add(figures("Memory", devices, DeviceFigures::memory, v -> unit(v, "GiB"), true));
    rows.add(words("Memory type", devices, d -> Fact.of("", d.memory().type())));
    rows.add(
        figures("Peak bandwidth", devices, DeviceFigures::bandwidth, v -> unit(v, "GB/s"), true));
    rows.add(figures("Peak F16", devices, DeviceFigures::fp16, v -> unit(v, "TFLOPS"), true));
    rows.add(figures("Board power", devices, DeviceFigures::power, v -> unit(v, "W"), false));
    rows.add(figures("Price at launch", devices, DeviceFigures::price, Figures::dollars, false));
    rows.add(
        figures(
            "Bandwidth per launch dollar",
            devices,
            d -> ratio(DeviceFigures.bandwidth(d), DeviceFigures.price(d)),
            v -> unit(v, "GB/s"),
            true));
    rows.add(words("Released", devices, d -> Fact.of("", d.releaseYear())));
    models.forEach(model -> rows.addAll(predictions(model, devices)));
    return rows;
  }

  private static List<Row> predictions(CatalogueModel model, List<CatalogueDevice> devices) {
    ModelSpec spec = model.spec();
    List<Prediction> predictions =
        devices.stream().map(d -> Prediction.of(model, spec, d)).toList();
    return List.of(
        speeds(model.name() + ", generated tokens", predictions, Prediction::decode),
        speeds(model.name() + ", prompt tokens", predictions, Prediction::prefill));
  }

  private static Row speeds(
      String label,
      List<Prediction> predictions,
      Function<Prediction, Optional<Prediction.Speed>> speed) {
    double best =
        predictions.stream()
            .flatMap(p -> speed.apply(p).stream())
            .mapToDouble(Prediction.Speed::tokensPerSecond)
            .max()
            .orElse(Double.NaN);
    return new Row(
        label,
        predictions.stream()
            .map(
                p ->
                    speed
                        .apply(p)
                        .map(
                            s ->
                                new Cell(
                                    Fact.of("", s.text()),
                                    s.range() + (p.fits() ? "" : ", if its memory suffices"),
                                    predictions.size() > 1 && s.tokensPerSecond() == best))
                        .orElseGet(() -> Cell.of(new Fact("", p.verdict(), false))))
            .toList());
  }

  private static Row words(
      String label, List<CatalogueDevice> devices, Function<CatalogueDevice, Fact> fact) {
    return new Row(label, devices.stream().map(fact).map(Cell::of).toList());
  }

  private static Row figures(
      String label,
      List<CatalogueDevice> devices,
      Function<CatalogueDevice, OptionalDouble> figure,
      Function<Double, String> writing,
      boolean moreIsBetter) {
    List<OptionalDouble> values = devices.stream().map(figure).toList();
    double[] known = values.stream().flatMapToDouble(OptionalDouble::stream).toArray();
    double best =
        Arrays.stream(known).distinct().count() < 2
            ? Double.NaN
            : moreIsBetter
                ? Arrays.stream(known).max().orElseThrow()
                : Arrays.stream(known).min().orElseThrow();
    return new Row(
        label,
        IntStream.range(0, devices.size())
            .mapToObj(
                i ->
                    new Cell(
                        Fact.of("", Figures.as(values.get(i), writing::apply)),
                        "",
                        values.get(i).isPresent() && values.get(i).getAsDouble() == best))
            .toList());
  }

  private static OptionalDouble ratio(OptionalDouble of, OptionalDouble per) {
    return of.isPresent() && per.isPresent()
        ? OptionalDouble.of(of.getAsDouble() / per.getAsDouble())
        : OptionalDouble.empty();
  }

  private static String unit(double value, String unit) {
    return Figures.plain(value) + " " + unit;
  }
}
