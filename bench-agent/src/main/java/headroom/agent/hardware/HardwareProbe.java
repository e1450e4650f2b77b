package headroom.agent.hardware;

import headroom.measure.EnvironmentFacts;
import headroom.measure.EnvironmentFacts.Gpu;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import oshi.hardware.GraphicsCard;

/** Reads this machine: tools of makers first, then the kernel, then OSHI. */
public final class HardwareProbe {
  private HardwareProbe() {}

  /** This machine, without measured ceilings. */
  public static Machine read() {
    SystemFiles files = new SystemFiles(Path.of("/"));
    OshiFacts oshi = new OshiFacts();
    String cpuinfo = files.text("proc/cpuinfo").orElse("");
    List<DrmCard> cards =
        files
            .folders(
                "sys/class/drm",
                "card[0-9]*",
                "device/vendor",
                "device/device",
                "device/mem_info_vram_total",
                "device/uevent")
            .stream()
            .map(
                card ->
                    card.entrySet().stream()
                        .collect(
                            java.util.stream.Collectors.toMap(
                                entry -> entry.getKey().substring("device/".length()),
                                java.util.Map.Entry::getValue)))
            .map(DrmCard::parse)
            .flatMap(Optional::stream)
            .toList();
    EnvironmentFacts environment =
        new EnvironmentFacts(
            oshi.operatingSystem(),
            oshi.cpu(CpuFeatures.nameInCpuinfo(cpuinfo), CpuFeatures.ofCpuinfo(cpuinfo)),
            oshi.memoryBytes(),
            oshi.memoryModules(),
            gpus(
                SystemFiles.output(NvidiaSmi.COMMAND).map(NvidiaSmi::parse).orElse(List.of()),
                cards,
                oshi.graphicsCards()),
            PowerSource.parse(
                    files.folders(
                        "sys/class/power_supply", "*", "type", "scope", "online", "status"))
                .or(oshi::powerSource),
            files
                .text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                .map(String::strip)
                .filter(governor -> !governor.isEmpty()),
            oshi.cpuCelsius(),
            List.of());
    return new Machine(environment, files.containerLimits());
  }

  /**
   * One entry for each device. A maker is taken from the best source that knows it: memory sizes of
   * nvidia-smi and sysfs are the driver's own, OSHI's can be an aperture.
   */
  static List<Gpu> gpus(List<Gpu> nvidia, List<DrmCard> drm, List<GraphicsCard> oshi) {
    List<Gpu> gpus = new ArrayList<>(nvidia);
    for (DrmCard card : drm) {
      if (!known(gpus, card.vendor(), "nvidia-smi")) {
        Optional<String> name =
            card.deviceId()
                .flatMap(
                    id ->
                        oshi.stream()
                            .filter(other -> OshiFacts.pciId(other).equals(Optional.of(id)))
                            .map(GraphicsCard::getName)
                            .findFirst());
        gpus.add(card.toGpu(name));
      }
    }
    List<Gpu> rest = oshi.stream().map(OshiFacts::gpu).flatMap(Optional::stream).toList();
    for (Gpu gpu : rest) {
      String maker = maker(gpu);
      if (!known(gpus, maker, "nvidia-smi") && !known(gpus, maker, "sysfs")) {
        gpus.add(gpu);
      }
    }
    return gpus;
  }

  private static boolean known(List<Gpu> gpus, String vendor, String source) {
    return gpus.stream().anyMatch(gpu -> gpu.source().equals(source) && maker(gpu).equals(vendor));
  }

  private static String maker(Gpu gpu) {
    String vendor = gpu.vendor().orElse(gpu.name());
    String lower = vendor.toLowerCase(Locale.ROOT);
    if (lower.contains("nvidia")) {
      return "NVIDIA";
    }
    if (lower.contains("amd") || lower.contains("advanced micro") || lower.contains("ati ")) {
      return "AMD";
    }
    return lower.contains("intel") ? "Intel" : vendor;
  }
}
