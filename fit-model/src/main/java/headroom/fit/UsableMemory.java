package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The part of a device's memory that a model can have.
 *
 * @param bytes usable bytes
 * @param note why that is less than the nominal memory, where it is
 */
record UsableMemory(Bytes bytes, Optional<Supplier<String>> note) {
  /**
   * Share of marketed memory that CUDA reports: 23.58 of 24 GiB (RTX 3090), 31.37 of 32 (RTX 5090),
   * 15.77 of 16, 79.22 of 80 (A100), in the logs of vLLM issues 14452 and 11251, pull request
   * 10511.
   */
  private static final double NVIDIA_SHARE = 0.98;

  /** macOS's limit on GPU memory up to 36 GiB and above, by the machines listed in the note. */
  private static final double APPLE_SMALL = 2.0 / 3;

  private static final double APPLE_LARGE = 0.75;
  private static final Bytes APPLE_BOUNDARY = Bytes.ofGiB(36);

  /** What an engine may have of one card; empty where neither it nor its data sheet names any. */
  static Optional<UsableMemory> of(Card card, Engine engine) {
    Optional<UsableMemory> usable = of(card);
    return engine instanceof Engine.Vllm vllm && card.device().kind() != DeviceKind.CPU_MEMORY
        ? usable.map(all -> all.upTo(vllm.utilisation()))
        : usable;
  }

  /** vLLM takes weights, caches and activations from {@code requested_memory} of vllm/utils. */
  private UsableMemory upTo(double utilisation) {
    Bytes part = share(bytes, utilisation);
    return new UsableMemory(
        part,
        Optional.of(
            () ->
                String.format(
                    Locale.ROOT,
                    "vLLM takes %.0f %% of what the card shows: %s of %s (gpu_memory_utilization).",
                    utilisation * 100,
                    part,
                    bytes)));
  }

  private static Optional<UsableMemory> of(Card card) {
    Device device = card.device();
    return card.memory()
        .map(
            memory ->
                switch (device.kind()) {
                  case APPLE_SOC -> apple(memory);
                  case DISCRETE_GPU, DATACENTER_GPU -> graphicsCard(device, memory);
                  case APU ->
                      new UsableMemory(
                          memory,
                          Optional.of(
                              () ->
                                  "The memory is shared with the operating system; what other programs"
                                      + " use of it is not subtracted."));
                  case CPU_MEMORY ->
                      new UsableMemory(
                          memory,
                          Optional.of(
                              () ->
                                  "What the operating system and other programs use is not"
                                      + " subtracted."));
                });
  }

  private static UsableMemory graphicsCard(Device device, Bytes memory) {
    if (device.vendor().equalsIgnoreCase("nvidia")) {
      Bytes usable = share(memory, NVIDIA_SHARE);
      return new UsableMemory(
          usable,
          Optional.of(
              () ->
                  ("The driver keeps about 2 %% of the memory back: %s of %s are counted (23.58 of 24"
                          + " GiB on an RTX 3090, 79.22 of 80 on an A100). A desktop on the same card"
                          + " takes more.")
                      .formatted(usable, memory)));
    }
    return new UsableMemory(
        memory, Optional.of(() -> "A desktop on the same card takes some of its memory."));
  }

  private static UsableMemory apple(Bytes memory) {
    double share = memory.compareTo(APPLE_BOUNDARY) > 0 ? APPLE_LARGE : APPLE_SMALL;
    Bytes usable = share(memory, share);
    return new UsableMemory(
        usable,
        Optional.of(
            () ->
                String.format(
                    Locale.ROOT,
                    "macOS lets the GPU use about %.0f %% of unified memory: %s of %s"
                        + " (recommendedMaxWorkingSetSize: 10.7 of 16, 48 of 64, 96 of 128 GiB seen;"
                        + " macOS 26 allows more). Raise it with sysctl iogpu.wired_limit_mb.",
                    share * 100,
                    usable,
                    memory)));
  }

  private static Bytes share(Bytes memory, double share) {
    return Bytes.of((long) (memory.value() * share));
  }
}
