package headroom.agent.hardware;

import headroom.measure.EnvironmentFacts.Gpu;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One graphics card as Linux lists it under {@code /sys/class/drm/cardN/device}.
 *
 * @param vendor its maker
 * @param deviceId PCI device id, for example {@code 0x744c}
 * @param driver kernel driver, for example {@code amdgpu}
 * @param memoryBytes its own memory, which only amdgpu tells ({@code mem_info_vram_total}, <a
 *     href="https://docs.kernel.org/gpu/amdgpu/driver-misc.html">kernel documentation</a>)
 */
record DrmCard(
    String vendor, Optional<String> deviceId, Optional<String> driver, OptionalLong memoryBytes) {
  /** Of the PCI ID repository, pci-ids.ucw.cz. */
  private static final Map<String, String> VENDORS =
      Map.of("0x1002", "AMD", "0x10de", "NVIDIA", "0x8086", "Intel");

  /**
   * Reads a card.
   *
   * @param files content of {@code vendor}, {@code device}, {@code mem_info_vram_total} and {@code
   *     uevent}, where they exist
   * @return empty where the vendor makes no graphics device that computes (virtual displays)
   */
  static Optional<DrmCard> parse(Map<String, String> files) {
    String vendor = VENDORS.get(files.getOrDefault("vendor", "").strip().toLowerCase(Locale.ROOT));
    if (vendor == null) {
      return Optional.empty();
    }
    String memory = files.getOrDefault("mem_info_vram_total", "").strip();
    return Optional.of(
        new DrmCard(
            vendor,
            Optional.ofNullable(files.get("device")).map(String::strip).filter(id -> !id.isEmpty()),
            files
                .getOrDefault("uevent", "")
                .lines()
                .filter(line -> line.startsWith("DRIVER="))
                .map(line -> line.substring("DRIVER=".length()).strip())
                .findFirst(),
            memory.matches("[1-9]\\d{0,17}")
                ? OptionalLong.of(Long.parseLong(memory))
                : OptionalLong.empty()));
  }

  /** As a graphics device, under the name that another source knows for its id, else its ids. */
  Gpu toGpu(Optional<String> name) {
    return new Gpu(
        name.orElse(vendor + " graphics device " + deviceId.orElse("of unknown id")),
        Optional.of(vendor),
        memoryBytes,
        driver,
        "sysfs");
  }
}
