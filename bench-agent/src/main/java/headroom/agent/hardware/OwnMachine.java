package headroom.agent.hardware;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueDevice.Chip;
import headroom.catalogue.ProcessorFamily;
import headroom.device.Card;
import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.OperatingSystem;
import headroom.measure.EnvironmentFacts;
import headroom.measure.EnvironmentFacts.Gpu;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The machine that was probed, in the catalogue's terms. */
public final class OwnMachine {
  /** Words that drivers write and data sheets do not, and the other way round. */
  private static final Pattern OMITTED =
      Pattern.compile(
          "nvidia|geforce|tesla|amd|radeon|intel|corporation|inc|gpu|graphics|tm|r|gb|gib|pcie|\\d+gb");

  /** Drivers report a little less than the data sheet: 23.58 of 24 GiB. */
  private static final double SAME_MEMORY = 0.1;

  private final Machine probed;
  private final Catalogue catalogue;

  private OwnMachine(Machine probed, Catalogue catalogue) {
    this.probed = probed;
    this.catalogue = catalogue;
  }

  /**
   * Its graphics cards with memory of their own, else the Apple chip, else the processor and its
   * memory. A card that the catalogue lacks is known by its memory alone.
   *
   * @param bandwidth of the processor's memory, which probing does not measure
   */
  public static headroom.device.Machine of(
      Machine probed, Catalogue catalogue, Optional<Bandwidth> bandwidth) {
    return new OwnMachine(probed, catalogue).machine(bandwidth);
  }

  private headroom.device.Machine machine(Optional<Bandwidth> bandwidth) {
    EnvironmentFacts facts = probed.environment();
    Optional<Bytes> memory = probed.usableMemoryBytes().stream().mapToObj(Bytes::of).findFirst();
    Host host = new Host(memory, bandwidth, OperatingSystem.named(facts.os()));
    Optional<Card> apple = apple(facts, memory);
    if (apple.isPresent()) {
      return new headroom.device.Machine(List.of(apple.get()), host);
    }
    List<Card> cards = new ArrayList<>();
    for (Gpu gpu : facts.gpus()) {
      gpu.memoryBytes().stream().mapToObj(bytes -> card(gpu, Bytes.of(bytes))).forEach(cards::add);
    }
    return new headroom.device.Machine(
        cards.isEmpty() ? List.of(processor(facts, memory, bandwidth)) : cards, host);
  }

  /**
   * What is assumed of the memory of a processor that is to compute, where nobody said its
   * bandwidth; empty where a graphics card or Apple chip computes.
   */
  public static Optional<String> assumption(Machine probed, Catalogue catalogue) {
    OwnMachine own = new OwnMachine(probed, catalogue);
    headroom.device.Card first = own.machine(Optional.empty()).first();
    if (first.device().kind() != DeviceKind.CPU_MEMORY) {
      return Optional.empty();
    }
    String name = first.device().name();
    Optional<ProcessorFamily> known = catalogue.processor(name);
    ProcessorFamily family = known.orElse(ProcessorFamily.TYPICAL);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "The memory of %s is assumed to give %s GB/s: %s, %s. Say the true figure with"
                + " --ram-bandwidth GB/s; it decides every speed here, and a virtual machine has a"
                + " part of it.",
            name,
            family.gbPerS(),
            family.memory(),
            known.isPresent()
                ? "the fastest that its maker supports"
                : "what most processors have, as this one is not in the catalogue"));
  }

  private Card card(Gpu gpu, Bytes memory) {
    Set<String> asked = words(gpu.name());
    return one(device ->
            words(device.name()).equals(asked) && isAbout(device.device().memory(), memory))
        .map(device -> Card.of(device.device()))
        .orElseGet(() -> Card.of(unlisted(gpu.name(), gpu.vendor().orElse(""), memory)));
  }

  /** Apple's chips are told apart by name and memory; of core counts the lower one is taken. */
  private Optional<Card> apple(EnvironmentFacts facts, Optional<Bytes> memory) {
    String name = facts.cpu().name().strip();
    return name.startsWith("Apple M") && memory.isPresent()
        ? one(device ->
                device.chip().flatMap(Chip::name).filter(name::equals).isPresent()
                    && isAbout(device.device().memory(), memory.get()))
            .map(device -> Card.of(device.device()))
        : Optional.empty();
  }

  private Optional<CatalogueDevice> one(Predicate<CatalogueDevice> condition) {
    return catalogue.devices().stream()
        .filter(condition)
        .min(
            Comparator.comparingInt(
                device -> device.chip().map(chip -> chip.units().orElse(0)).orElse(0)));
  }

  private static boolean isAbout(Optional<Bytes> nominal, Bytes read) {
    return nominal.isPresent()
        && Math.abs((double) read.value() / nominal.get().value() - 1) < SAME_MEMORY;
  }

  private static Device unlisted(String name, String vendor, Bytes memory) {
    return new Device(
        name,
        name,
        vendor,
        DeviceKind.DISCRETE_GPU,
        Optional.of(memory),
        Optional.empty(),
        ComputeRates.UNKNOWN,
        false,
        Optional.empty(),
        OptionalDouble.empty());
  }

  private Card processor(
      EnvironmentFacts facts, Optional<Bytes> memory, Optional<Bandwidth> bandwidth) {
    String name = facts.cpu().name().strip();
    return new Card(
        new Device(
            name,
            name,
            "",
            DeviceKind.CPU_MEMORY,
            Optional.empty(),
            Optional.of(
                bandwidth.orElseGet(
                    () ->
                        Bandwidth.ofGigabytesPerSecond(
                            catalogue.processor(name).orElse(ProcessorFamily.TYPICAL).gbPerS()))),
            catalogue.processorRates(name, facts.cpu().physicalCores()),
            true,
            Optional.empty(),
            OptionalDouble.empty()),
        memory);
  }

  private static Set<String> words(String name) {
    return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty() && !OMITTED.matcher(word).matches())
        .filter(word -> !word.matches("\\d{1,2}"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
