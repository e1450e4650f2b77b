package headroom.advise;

import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueDevice.Price;
import headroom.device.Card;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Which devices run a model, cheapest first.
 *
 * @param good those that will do: by launch price, those of unknown price after them by memory
 * @param misses those that will not, nearest first
 * @param unknown how many could not be judged, because a fact is missing
 */
public record DevicesFor(List<Row> good, List<Row> misses, int unknown) {
  private static final int[] COUNTS = {1, 2, 4, 8};

  public DevicesFor {
    good = List.copyOf(good);
    misses = List.copyOf(misses);
  }

  /**
   * One machine.
   *
   * @param device of which it has some
   * @param cards how many
   * @param trial its answer
   */
  public record Row(CatalogueDevice device, int cards, Trial trial) {
    /** Launch price of all cards, US dollars; empty where it is not known. */
    public OptionalDouble launchPrice() {
      return device.price().isPresent()
          ? OptionalDouble.of(cards * device.price().get().launchUsd())
          : OptionalDouble.empty();
    }

    /** {@code RTX 3090}, {@code 2 × RTX 3090}. */
    public String name() {
      return cards == 1 ? device.name() : cards + " × " + device.name();
    }

    /** True where the price is a rounded one. */
    public boolean priceIsApproximate() {
      return device.price().map(Price::approximate).orElse(false);
    }
  }

  /**
   * Tries every device; of graphics cards also several alike, the fewest that will do.
   *
   * @param mostCards at most 8
   */
  public static DevicesFor of(
      ModelSpec model,
      WeightFormat weights,
      List<CatalogueDevice> devices,
      Terms terms,
      int mostCards) {
    List<Row> good = new ArrayList<>();
    List<Row> misses = new ArrayList<>();
    int unknown = 0;
    for (CatalogueDevice device : devices) {
      Row last = null;
      for (int cards : COUNTS) {
        if (cards > 1 && (cards > mostCards || !isCard(device))) {
          break;
        }
        Machine machine =
            new Machine(Collections.nCopies(cards, Card.of(device.device())), Host.UNKNOWN);
        last =
            new Row(
                device,
                cards,
                Trial.of(terms.question(model, weights, machine), terms.minimumRate()));
        if (!(last.trial().outcome() instanceof Outcome.TooLarge)) {
          break;
        }
      }
      if (last == null || last.trial().outcome() instanceof Outcome.NotKnown) {
        unknown++;
      } else if (last.trial().good()) {
        good.add(last);
      } else {
        misses.add(last);
      }
    }
    good.sort(
        Comparator.comparingDouble((Row row) -> row.launchPrice().orElse(Double.MAX_VALUE))
            .thenComparingDouble(row -> row.cards() * memory(row.device()))
            .thenComparingDouble(
                row ->
                    row.trial()
                        .decode()
                        .map(speed -> -speed.median().tokensPerSecond())
                        .orElse(0.0)));
    misses.sort(Comparator.comparingDouble(row -> row.trial().outcome().distance()));
    return new DevicesFor(good, misses, unknown);
  }

  private static double memory(CatalogueDevice device) {
    return device.memory().sizeGib().orElse(Double.MAX_VALUE);
  }

  private static boolean isCard(CatalogueDevice device) {
    return device.deviceKind() == DeviceKind.DISCRETE_GPU
        || device.deviceKind() == DeviceKind.DATACENTER_GPU;
  }
}
