package headroom.advise;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueDevice.Chip;
import headroom.catalogue.CatalogueModel;
import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Machine;
import headroom.quant.GgufMix;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What one change to a machine would bring.
 *
 * @param today the models that will do as it is
 * @param rows one for each change
 */
public record Upgrades(ModelsFor today, List<Row> rows) {
  public Upgrades {
    rows = List.copyOf(rows);
  }

  /**
   * One change.
   *
   * @param what in words
   * @param device what would be bought, where it is in the catalogue
   * @param machine as it would be
   * @param gained models that only then will do, best first
   * @param better models that will do already, and then in a better format
   * @param faster median factor on the decode speed of what will do already; empty where no speed
   *     is predicted
   */
  public record Row(
      String what,
      Optional<CatalogueDevice> device,
      Machine machine,
      List<ModelsFor.Row> gained,
      List<ModelsFor.Row> better,
      OptionalDouble faster) {}

  /** A machine that differs in one thing. */
  private record Change(String what, Optional<CatalogueDevice> device, Machine machine) {}

  /** Tries the next size of memory, one more of the same card, and faster memory. */
  public static Upgrades of(Machine machine, Catalogue catalogue, Terms terms, GgufMix floor) {
    return of(
        ModelsFor.of(machine, catalogue, terms, floor),
        catalogue.models(),
        machine,
        catalogue,
        terms,
        floor);
  }

  /** The same for some models of the catalogue, where it is known already what runs today. */
  public static Upgrades of(
      ModelsFor today,
      List<CatalogueModel> models,
      Machine machine,
      Catalogue catalogue,
      Terms terms,
      GgufMix floor) {
    List<Row> rows = new ArrayList<>();
    for (Change change : changes(machine, catalogue)) {
      ModelsFor then = ModelsFor.of(change.machine(), models, catalogue, terms, floor);
      rows.add(row(change, today, then, terms));
    }
    return new Upgrades(today, rows);
  }

  private static Row row(Change change, ModelsFor today, ModelsFor then, Terms terms) {
    Map<String, ModelsFor.Row> before =
        today.all().stream().collect(Collectors.toMap(row -> row.model().id(), row -> row));
    List<ModelsFor.Row> gained = new ArrayList<>();
    List<ModelsFor.Row> better = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    for (ModelsFor.Row row : then.all()) {
      ModelsFor.Row known = before.get(row.model().id());
      if (known == null) {
        gained.add(row);
        continue;
      }
      if (row.rung().divergence() < known.rung().divergence()) {
        better.add(row);
      }
      Trial same =
          Trial.of(
              known.trial().report().question().withMachine(change.machine()), terms.minimumRate());
      if (same.decode().isPresent() && known.trial().decode().isPresent()) {
        factors.add(
            same.decode().get().median().tokensPerSecond()
                / known.trial().decode().get().median().tokensPerSecond());
      }
    }
    factors.sort(Comparator.naturalOrder());
    return new Row(
        change.what(),
        change.device(),
        change.machine(),
        gained,
        better,
        factors.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(factors.get(factors.size() / 2)));
  }

  private static List<Change> changes(Machine machine, Catalogue catalogue) {
    List<Change> changes = new ArrayList<>();
    Device device = machine.first().device();
    Optional<CatalogueDevice> own = catalogue.device(device.id());
    if (device.kind() == DeviceKind.CPU_MEMORY) {
      machine
          .first()
          .memory()
          .ifPresent(
              memory -> {
                Bytes twice = memory.times(2);
                changes.add(
                    new Change(
                        "twice the memory, %s".formatted(twice),
                        Optional.empty(),
                        only(machine, new Card(device, Optional.of(twice)))));
              });
    }
    own.flatMap(one -> moreMemory(one, machine, catalogue))
        .ifPresent(
            next ->
                changes.add(
                    new Change(
                        "more memory: " + next.name(),
                        Optional.of(next),
                        replaced(machine, next.device()))));
    if (device.kind() == DeviceKind.DISCRETE_GPU || device.kind() == DeviceKind.DATACENTER_GPU) {
      List<Card> cards = new ArrayList<>(machine.cards());
      cards.add(machine.first());
      changes.add(new Change("one more " + device.name(), own, new Machine(cards, machine.host())));
    }
    faster(machine.first(), catalogue)
        .ifPresent(
            next ->
                changes.add(
                    new Change(
                        "faster memory: " + next.name(),
                        Optional.of(next),
                        replaced(machine, next.device()))));
    return changes;
  }

  /** The next size: of the same chip where there is one, else of the same maker and sort. */
  private static Optional<CatalogueDevice> moreMemory(
      CatalogueDevice own, Machine machine, Catalogue catalogue) {
    Optional<Bytes> memory = machine.first().memory();
    if (memory.isEmpty() || own.deviceKind() == DeviceKind.CPU_MEMORY) {
      return Optional.empty();
    }
    List<CatalogueDevice> larger =
        catalogue.devices().stream()
            .filter(
                other ->
                    other.vendor().equals(own.vendor())
                        && other.kind().equals(own.kind())
                        && other.formFactor().equals(own.formFactor())
                        && other
                            .device()
                            .memory()
                            .filter(more -> more.compareTo(memory.get()) > 0)
                            .isPresent())
            .toList();
    Predicate<CatalogueDevice> sameChip =
        other -> own.chip().isPresent() && name(other).equals(name(own)) && units(other, own);
    return least(larger.stream().filter(sameChip).toList()).or(() -> least(larger));
  }

  private static Optional<String> name(CatalogueDevice device) {
    return device.chip().flatMap(Chip::name);
  }

  private static boolean units(CatalogueDevice one, CatalogueDevice other) {
    return one.chip().map(Chip::units).equals(other.chip().map(Chip::units));
  }

  /** The least memory and, of equal ones, the fastest. */
  private static Optional<CatalogueDevice> least(List<CatalogueDevice> devices) {
    return devices.stream()
        .min(
            Comparator.comparingDouble(
                    (CatalogueDevice device) -> device.memory().sizeGib().orElse(0))
                .thenComparingDouble(device -> -device.memory().bandwidthGbPerS().orElse(0)));
  }

  /** Processors only: the next faster memory of the catalogue. */
  private static Optional<CatalogueDevice> faster(Card card, Catalogue catalogue) {
    Optional<Bandwidth> own = card.device().bandwidth();
    if (card.device().kind() != DeviceKind.CPU_MEMORY || own.isEmpty()) {
      return Optional.empty();
    }
    return catalogue.devices().stream()
        .filter(
            device ->
                device.deviceKind() == DeviceKind.CPU_MEMORY
                    && device
                        .device()
                        .bandwidth()
                        .filter(other -> other.compareTo(own.get()) > 0)
                        .isPresent())
        .min(Comparator.comparingDouble(device -> device.memory().bandwidthGbPerS().orElse(0)));
  }

  /** The first card exchanged for this device; a stated memory stays with a processor. */
  private static Machine replaced(Machine machine, Device device) {
    return only(
        machine,
        device.kind() == DeviceKind.CPU_MEMORY
            ? new Card(device, machine.first().memory())
            : Card.of(device));
  }

  private static Machine only(Machine machine, Card first) {
    List<Card> cards = new ArrayList<>(machine.cards());
    cards.set(0, first);
    return new Machine(cards, machine.host());
  }
}
