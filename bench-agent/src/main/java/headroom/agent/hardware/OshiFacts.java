package headroom.agent.hardware;

import headroom.measure.EnvironmentFacts.Cpu;
import headroom.measure.EnvironmentFacts.Gpu;
import headroom.measure.EnvironmentFacts.MemoryModule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.hardware.GraphicsCard;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.PhysicalMemory;

/**
 * What OSHI reads on every system. It says 0, -1, "unknown" or nothing for what it does not know;
 * here that is absent.
 */
final class OshiFacts {
  /** Words in the names of displays that hypervisors and management boards bring. */
  private static final Set<String> VIRTUAL =
      Set.of(
          "virtio",
          "red hat",
          "qxl",
          "vmware",
          "cirrus",
          "bochs",
          "basic display",
          "basic render",
          "aspeed",
          "matrox",
          "parallels",
          "hyper-v");

  /** OSHI appends the PCI id to a maker's name: {@code NVIDIA Corporation (0x10de)}. */
  private static final Pattern ID_SUFFIX = Pattern.compile("\\s*\\(0x[0-9a-fA-F]+\\)$");

  private static final Pattern PCI_ID = Pattern.compile("0x[0-9a-fA-F]{4}");

  private final SystemInfo system = new SystemInfo();
  private final HardwareAbstractionLayer hardware = system.getHardware();

  /** For example {@code Debian GNU/Linux 12 (bookworm), Linux 6.1.0-28-amd64, amd64}. */
  String operatingSystem() {
    var os = system.getOperatingSystem();
    String name =
        Stream.of(
                known(os.getFamily()),
                known(os.getVersionInfo().getVersion()),
                known(os.getVersionInfo().getCodeName()).map(code -> "(" + code + ")"))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(" "));
    String kernel =
        System.getProperty("os.name").equals("Linux")
            ? "Linux " + System.getProperty("os.version")
            : System.getProperty("os.name");
    return "%s, %s, %s".formatted(name, kernel, System.getProperty("os.arch"));
  }

  Cpu cpu(Optional<String> name, List<String> features) {
    var processor = hardware.getProcessor();
    return new Cpu(
        name.or(() -> known(processor.getProcessorIdentifier().getName()))
            .orElse("processor of unknown name"),
        positive(processor.getPhysicalProcessorCount()),
        Runtime.getRuntime().availableProcessors(),
        features.isEmpty() ? CpuFeatures.ofFlags(processor.getFeatureFlags()) : features);
  }

  OptionalLong memoryBytes() {
    return positive(hardware.getMemory().getTotal());
  }

  List<MemoryModule> memoryModules() {
    return hardware.getMemory().getPhysicalMemory().stream()
        .filter(module -> module.getCapacity() > 0)
        .map(OshiFacts::module)
        .toList();
  }

  Optional<String> powerSource() {
    var sources = hardware.getPowerSources();
    // Without a battery OSHI makes one up that is named "Unknown".
    return sources.stream()
        .filter(source -> known(source.getName()).isPresent() && source.getMaxCapacity() > 1)
        .map(source -> source.isPowerOnLine() || !source.isDischarging() ? "mains" : "battery")
        .findFirst();
  }

  OptionalDouble cpuCelsius() {
    return celsius(hardware.getSensors().getCpuTemperature());
  }

  List<GraphicsCard> graphicsCards() {
    return hardware.getGraphicsCards();
  }

  private static MemoryModule module(PhysicalMemory module) {
    return new MemoryModule(
        known(module.getMemoryType()),
        positive(module.getCapacity()),
        // OSHI gives the configured rate of SMBIOS, which counts transfers, in hertz.
        module.getClockSpeed() > 0
            ? OptionalDouble.of(module.getClockSpeed() / 1e6)
            : OptionalDouble.empty());
  }

  /** A card as a graphics device; empty for displays that compute nothing. */
  static Optional<Gpu> gpu(GraphicsCard card) {
    String both = (card.getVendor() + " " + card.getName()).toLowerCase(Locale.ROOT);
    if (VIRTUAL.stream().anyMatch(both::contains)) {
      return Optional.empty();
    }
    return known(card.getName())
        .map(
            name ->
                new Gpu(
                    name,
                    known(ID_SUFFIX.matcher(card.getVendor()).replaceFirst("")),
                    positive(card.getVRam()),
                    Optional.empty(),
                    "oshi"));
  }

  /** The PCI device id of a card, lower case, where it has one. */
  static Optional<String> pciId(GraphicsCard card) {
    Matcher id = PCI_ID.matcher(card.getDeviceId());
    return id.find() ? Optional.of(id.group().toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  /** Temperatures of exactly 0, below, above 150 or NaN are sensors that are not there. */
  static OptionalDouble celsius(double reading) {
    return reading > 0 && reading < 150 ? OptionalDouble.of(reading) : OptionalDouble.empty();
  }

  static Optional<String> known(@Nullable String text) {
    String value = text == null ? "" : text.strip();
    return value.isEmpty()
            || value.equalsIgnoreCase("unknown")
            || value.equalsIgnoreCase("to be filled by o.e.m.")
        ? Optional.empty()
        : Optional.of(value);
  }

  private static OptionalLong positive(long value) {
    return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
  }

  private static OptionalInt positive(int value) {
    return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }
}
