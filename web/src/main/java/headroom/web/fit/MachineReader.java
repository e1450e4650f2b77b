package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CountedName;
import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.device.OperatingSystem;
import headroom.fit.Engine;
import headroom.fit.LlamaCppBuild;
import headroom.fit.Placement;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import headroom.web.support.Link;
import headroom.web.support.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.springframework.stereotype.Component;

/** Reads where a model is to run: devices, the host around them, the engine and the placement. */
@Component
class MachineReader {
  private static final int MOST_CARDS = 64;
  private static final int MOST_LAYERS = 100_000;
  private static final int NEAREST = 5;

  /** Faster than the memory of any host, in 10^9 bytes per second. */
  private static final double FASTEST = 100_000;

  /** The choice that leaves the split to the engine. */
  private static final String USUAL = "usual";

  /** The choice that says nothing of the operating system. */
  private static final String UNKNOWN = "unknown";

  private final Catalogue catalogue;

  MachineReader(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  static List<Option> engines() {
    return Engine.ALL.stream().map(engine -> Option.of(engine.id())).toList();
  }

  static List<Option> splits() {
    return List.of(
        new Option(USUAL, "as the engine does"),
        new Option("layer", "whole layers"),
        new Option("row", "rows of matrices"),
        new Option("tensor", "tensor parallel"));
  }

  static List<Option> systems() {
    return List.of(
        new Option(UNKNOWN, "not said"),
        new Option("linux", "Linux"),
        new Option("windows", "Windows"),
        new Option("macos", "macOS"));
  }

  /** The machine; empty where a field is wrong. */
  Optional<Machine> machine(FitInput input, FitLink sent) {
    List<Card> cards = new ArrayList<>();
    if (CustomDevice.isAsked(input)) {
      CustomDevice.read(input).map(Card::of).ifPresent(cards::add);
    } else {
      cards.addAll(cards("device", input, sent));
    }
    cards.addAll(cards("device2", input, sent));
    cards.addAll(cards("device3", input, sent));
    Host host = host(input);
    if (cards.size() > MOST_CARDS) {
      input.reject(
          "device", "names %d devices; wanted at most %d".formatted(cards.size(), MOST_CARDS));
      return Optional.empty();
    }
    Optional<Bytes> memory = input.memory("memory");
    if (memory.isPresent() && !cards.isEmpty()) {
      cards.set(0, new Card(cards.getFirst().device(), memory));
    }
    return cards.isEmpty() ? Optional.empty() : Optional.of(new Machine(cards, host));
  }

  private List<Card> cards(String field, FitInput input, FitLink sent) {
    List<Card> cards = new ArrayList<>();
    Optional<String> text = input.text(field);
    if (text.isEmpty()) {
      return cards;
    }
    Optional<Device> whole = device(text.get());
    if (whole.isPresent()) {
      return List.of(Card.of(whole.get()));
    }
    for (CountedName named : CountedName.of(text.get())) {
      Optional<Device> device = device(named.name());
      if (device.isEmpty()) {
        input.reject(
            field,
            "‘%s’ is no device of the catalogue".formatted(named.name()),
            catalogue.nearestDevices(named.name(), NEAREST).stream()
                .map(
                    near ->
                        new Link(
                            sent.with(field, text.get().replace(named.name(), near.id())).href(),
                            near.name()))
                .toList());
        return List.of();
      }
      for (int i = 0; i < named.count(); i++) {
        cards.add(Card.of(device.get()));
      }
    }
    return cards;
  }

  private Optional<Device> device(String name) {
    return catalogue
        .device(name.toLowerCase(Locale.ROOT))
        .or(
            () -> {
              List<CatalogueDevice> named =
                  catalogue.devices().stream()
                      .filter(device -> device.name().equalsIgnoreCase(name))
                      .toList();
              return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
            })
        .map(CatalogueDevice::device);
  }

  private static Host host(FitInput input) {
    Optional<Bytes> memory = input.memory("hostMemory");
    OptionalDouble bandwidth = input.form().number("hostBandwidth", 1, FASTEST);
    return new Host(
        memory,
        bandwidth.isPresent()
            ? Optional.of(Bandwidth.ofGigabytesPerSecond(bandwidth.getAsDouble()))
            : Optional.empty(),
        input
            .choice("hostSystem", systems().stream().map(Option::value).toList())
            .flatMap(OperatingSystem::named));
  }

  /** The engine; llama.cpp where its name is wrong. */
  Engine engine(FitInput input) {
    Engine named =
        input
            .choice("engine", engines().stream().map(Option::value).toList())
            .flatMap(Engine::named)
            .orElse(Engine.LLAMA_CPP);
    Optional<String> month = input.text("engineDate");
    if (month.isEmpty()) {
      return named;
    }
    try {
      return LlamaCppBuild.engineOf(named, month.get());
    } catch (IllegalArgumentException e) {
      input.reject("engineDate", String.valueOf(e.getMessage()));
      return named;
    }
  }

  /** The placement; everything on the devices where a field is wrong. */
  Placement placement(FitInput input, Engine engine, int devices) {
    GpuLayers layers = new GpuLayers.All();
    Optional<String> text = input.text("gpuLayers");
    if (text.isPresent()) {
      Optional<GpuLayers> parsed = GpuLayers.parse(text.get());
      if (parsed.isEmpty()) {
        input.reject(
            "gpuLayers", "‘%s’ cannot be used; wanted all, auto or a number".formatted(text.get()));
      }
      layers = parsed.orElse(layers);
    }
    OptionalInt experts = input.whole("cpuMoe", 0, MOST_LAYERS);
    Split split =
        input
            .choice("split", splits().stream().map(Option::value).toList())
            .flatMap(Split::parse)
            .orElse(engine.usualSplit());
    return new Placement(layers, experts.orElse(0), split, shares(input, devices));
  }

  private static List<Double> shares(FitInput input, int devices) {
    Optional<String> text = input.text("tensorSplit");
    if (text.isEmpty()) {
      return List.of();
    }
    String[] parts = text.get().split("[,/]", -1);
    boolean numbers =
        Arrays.stream(parts).allMatch(p -> p.strip().matches("\\d{1,6}(\\.\\d{1,6})?"));
    List<Double> shares =
        numbers ? Arrays.stream(parts).map(String::strip).map(Double::valueOf).toList() : List.of();
    if (shares.stream().mapToDouble(Double::doubleValue).sum() <= 0) {
      input.reject(
          "tensorSplit",
          "‘%s’ cannot be used; wanted a number for each device, such as 3,1"
              .formatted(text.get()));
      return List.of();
    }
    if (shares.size() > devices) {
      input.reject(
          "tensorSplit",
          "has %d parts for %d devices; wanted at most one for each"
              .formatted(shares.size(), devices));
      return List.of();
    }
    return shares;
  }
}
