package headroom.agent.cli;

import headroom.catalogue.CountedName;
import headroom.device.Card;
import headroom.device.Device;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.device.OperatingSystem;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The devices of a machine and the computer around them. */
final class MachineOptions {
  /** More cards than any machine has. */
  private static final int MOST_CARDS = 64;

  @Option(
      names = "--device",
      required = true,
      split = ",",
      paramLabel = "ID[,ID]",
      description = {
        "Device of the catalogue, for example nvidia-geforce-rtx-4090.",
        "Several with commas or given again; 2xID is two of one."
      })
  private List<String> devices = List.of();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "Memory in place of the first device's own, for example 32GiB; needed for CPUs.")
  private @Nullable String memory;

  @Option(
      names = "--host",
      paramLabel = "ID",
      description = "Memory of the host as a device of the catalogue: cpu-ddr5-6000-dual …")
  private @Nullable String host;

  @Option(
      names = "--host-memory",
      paramLabel = "SIZE",
      description = "Size of the host's memory, for example 64GiB.")
  private @Nullable String hostMemory;

  @Option(
      names = "--host-bandwidth",
      paramLabel = "GB/S",
      description = "Bandwidth of the host's memory in GB/s, for example 89.6.")
  private @Nullable Double hostBandwidth;

  @Option(
      names = "--host-os",
      paramLabel = "NAME",
      description = {
        "linux, windows or macos; Windows keeps a part of every graphics card.",
        "Default: nothing is subtracted for it."
      })
  private @Nullable String system;

  Machine machine(Names names) {
    List<Card> cards = new ArrayList<>();
    for (CountedName named : CountedName.of(String.join(",", devices))) {
      Device device = names.device(named.name()).device();
      for (int i = 0; i < named.count(); i++) {
        cards.add(Card.of(device));
      }
    }
    if (cards.isEmpty() || cards.size() > MOST_CARDS) {
      throw CommandFailure.badArgument(
          "--device names %d devices; wanted 1 to %d".formatted(cards.size(), MOST_CARDS));
    }
    if (memory != null) {
      cards.set(0, new Card(cards.getFirst().device(), Optional.of(size("--memory", memory))));
    }
    return new Machine(cards, host(names));
  }

  private Host host(Names names) {
    Optional<Device> named = Optional.ofNullable(host).map(id -> names.device(id).device());
    Optional<Bytes> size =
        Optional.ofNullable(hostMemory)
            .map(text -> size("--host-memory", text))
            .or(() -> named.flatMap(Device::memory));
    if (hostBandwidth != null && !(hostBandwidth > 0 && hostBandwidth < 1e6)) {
      throw CommandFailure.badArgument(
          "--host-bandwidth is %s; wanted GB/s above 0".formatted(hostBandwidth));
    }
    Optional<Bandwidth> bandwidth =
        Optional.ofNullable(hostBandwidth)
            .map(Bandwidth::ofGigabytesPerSecond)
            .or(() -> named.flatMap(Device::bandwidth));
    return new Host(
        size,
        bandwidth,
        Optional.ofNullable(system)
            .map(
                text ->
                    OperatingSystem.named(text)
                        .orElseThrow(
                            () ->
                                CommandFailure.badArgument(
                                    "--host-os is '%s'; wanted linux, windows or macos"
                                        .formatted(text)))));
  }

  private static Bytes size(String option, String text) {
    return SizeText.parse(text)
        .orElseThrow(
            () ->
                CommandFailure.badArgument(
                    "%s is '%s'; wanted an amount such as 32GiB".formatted(option, text)));
  }
}
