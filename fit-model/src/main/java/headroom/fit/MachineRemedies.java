package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Remedy.Change;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** More cards, or other devices. */
final class MachineRemedies {
  private static final int MOST_CARDS = 64;

  /** Machines that are sold ready-made have one, two, four or eight cards. */
  private static final int[] USUAL_COUNTS = {1, 2, 4, 8};

  private final RemedySearch search;
  private final FitQuestion asked;
  private final List<Device> devices;

  /**
   * @param devices to choose from, in any order
   */
  MachineRemedies(RemedySearch search, List<Device> devices) {
    this.search = search;
    this.asked = search.asked();
    this.devices = devices.stream().filter(device -> device.memory().isPresent()).toList();
  }

  /** As few cards like the first one as do, beside those that are there. */
  void moreCards() {
    Card card = asked.machine().first();
    if (card.device().kind() == DeviceKind.CPU_MEMORY
        || card.device().kind() == DeviceKind.APPLE_SOC
        || card.memory().isEmpty()) {
      return;
    }
    List<Card> cards = new ArrayList<>(asked.machine().cards());
    while (cards.size() < MOST_CARDS) {
      cards.add(card);
      Machine machine = new Machine(cards, asked.machine().host());
      if (ask(new Change.MoreCards(machine), machine)) {
        return;
      }
    }
  }

  /** The smallest cards, one if possible, and the smallest computer with one memory for all. */
  void otherDevices() {
    boolean unified = asked.device().unifiedMemory();
    smallest(unified);
    smallest(!unified);
  }

  private void smallest(boolean unified) {
    List<Device> bySize = new ArrayList<>(devices);
    bySize.removeIf(
        device -> device.kind() == DeviceKind.CPU_MEMORY || device.unifiedMemory() != unified);
    bySize.sort(
        Comparator.<Device>comparingLong(device -> device.memory().orElseThrow().value())
            .thenComparing(
                Comparator.<Device>comparingDouble(
                        device -> device.bandwidth().map(b -> b.bytesPerSecond()).orElse(0.0))
                    .reversed()));
    for (int count : USUAL_COUNTS) {
      for (Device device : bySize) {
        Machine machine = machineOf(device, count);
        if (ask(new Change.OtherDevice(machine), machine)) {
          return;
        }
      }
      if (unified) {
        return; // A computer of its own.
      }
    }
  }

  /**
   * One device of the lowest price at launch, in place of a remedy that names the same.
   *
   * @param prices by id of the device
   */
  void cheapest(Map<String, Double> prices) {
    List<Device> byPrice = new ArrayList<>(devices);
    byPrice.removeIf(device -> !prices.containsKey(device.id()));
    byPrice.sort(
        Comparator.comparingDouble(device -> prices.getOrDefault(device.id(), Double.MAX_VALUE)));
    for (Device device : byPrice) {
      Machine machine = machineOf(device, 1);
      double price = prices.getOrDefault(device.id(), Double.MAX_VALUE);
      if (ask(new Change.CheapestDevice(machine, price), machine)) {
        search.withdraw(
            other -> other instanceof Change.OtherDevice(Machine named) && named.equals(machine));
        return;
      }
    }
  }

  private Machine machineOf(Device device, int count) {
    return new Machine(Collections.nCopies(count, Card.of(device)), asked.machine().host());
  }

  /** True where this machine holds all of it; one that cannot is not asked about. */
  private boolean ask(Change change, Machine machine) {
    Placement onCards = new Placement(new GpuLayers.All(), 0, asked.placement().split(), List.of());
    return mayHold(machine)
        && search.ask(change, asked.withPlacement(onCards).withMachine(machine));
  }

  /** False where the weights alone are more than all the memory there is. */
  private boolean mayHold(Machine machine) {
    long room = 0;
    for (Card card : machine.cards()) {
      room += card.memory().orElse(Bytes.ZERO).value();
    }
    return room
        > RemedySearch.weightBytes(asked)
            - asked.model().vocabularySize() * 4L * asked.model().embeddingSize();
  }
}
