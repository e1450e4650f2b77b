package headroom.device;

/** What sort of device it is; efficiency and usable memory depend on it. */
public enum DeviceKind {
  DISCRETE_GPU("discrete GPU"),
  DATACENTER_GPU("data-centre GPU"),
  APPLE_SOC("Apple SoC"),
  APU("APU"),
  CPU_MEMORY("CPU with system memory");

  private final String label;

  DeviceKind(String label) {
    this.label = label;
  }

  /** For people: {@code discrete GPU}. */
  public String label() {
    return label;
  }
}
