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
  /** On both, or on the host with a GPU computing. */
  PARTIAL;

  static Placement of(CaseRow row, int layers) {
    String backend = row.text("backend").orElse("GPU").toLowerCase(Locale.ROOT);
    OptionalInt gpuLayers = row.integer("n_gpu_layers");
    if (backend.equals("cpu")) {
      return CPU;
    }
    if (backend.contains("partial")
        || backend.contains("cpu")
        || backend.matches(".*\\b0 layers.*")
        || row.text("offload").filter(text -> !text.equals("full")).isPresent()
        || (gpuLayers.isPresent() && gpuLayers.getAsInt() < layers)) {
      return PARTIAL;
    }
    return GPU;
  }

  /** A device without a memory limit, so that all layers are placed on it. */
  Device device() {
    return new Device(
        "device",
        "the case's device",
        "unknown",
        this == CPU ? DeviceKind.CPU_MEMORY : DeviceKind.DISCRETE_GPU,
        Optional.empty(),
        Optional.empty(),
        ComputeRates.UNKNOWN,
        this == CPU,
        Optional.empty(),
        OptionalDouble.empty());
  }
}
