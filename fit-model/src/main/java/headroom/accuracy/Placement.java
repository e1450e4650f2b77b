package headroom.accuracy;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.measure.CaseRow;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Where a log's run had its layers. */
enum Placement {
  CPU,
  GPU,
  /** On a GPU but for experts, which the host has. */
  EXPERTS_ON_HOST,
  /** On the host, with a GPU computing. */
  NONE_ON_GPU,
  /** Some layers on a GPU, the others on the host. */
  PARTIAL;

  static Placement of(CaseRow row, int layers) {
    String backend = row.text("backend").orElse("GPU").toLowerCase(Locale.ROOT);
    OptionalInt gpuLayers = row.integer("n_gpu_layers");
    if (backend.equals("cpu")) {
      return CPU;
    }
    String offload = row.text("offload").orElse("full").toLowerCase(Locale.ROOT);
    boolean allLayers = gpuLayers.isEmpty() || gpuLayers.getAsInt() >= layers;
    if (allLayers
        && (offload.contains("expert") || offload.contains("-ot") || backend.contains("expert"))) {
      return EXPERTS_ON_HOST;
    }
    if (backend.startsWith("cpu/")
        || backend.matches(".*\\b0 layers.*")
        || (gpuLayers.isPresent() && gpuLayers.getAsInt() == 0)) {
      return NONE_ON_GPU;
    }
    if (backend.contains("partial")
        || backend.contains("cpu")
        || !offload.equals("full")
        || (gpuLayers.isPresent() && gpuLayers.getAsInt() < layers)) {
      return PARTIAL;
    }
    return GPU;
  }

  /** A device of this maker without a memory limit, so that all layers are placed on it. */
  Device device(String vendor) {
    return new Device(
        "device",
        "the case's device",
        vendor,
        this == CPU ? DeviceKind.CPU_MEMORY : DeviceKind.DISCRETE_GPU,
        Optional.empty(),
        Optional.empty(),
        ComputeRates.UNKNOWN,
        this == CPU,
        Optional.empty(),
        OptionalDouble.empty());
  }
}
