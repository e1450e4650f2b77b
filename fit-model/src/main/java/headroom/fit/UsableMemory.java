package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.OperatingSystem;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The part of a device's memory that a model can have.
 *
 * @param bytes usable bytes
 * @param whole what they are a part of
 * @param reason why that is less than the nominal memory, or what is not subtracted
 */
record UsableMemory(Bytes bytes, Bytes whole, Reason reason) {
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

  /**
   * What Windows's display driver model and an idle desktop keep: 22.7 of 24 GiB are free on an RTX
   * 3090 (https://github.com/ollama/ollama/issues/8723), 5.0 of 6 on an RTX 2060 (issue 9562).
   */
  private static final Bytes WINDOWS_LEAST = Bytes.ofGiB(1);

  private static final double WINDOWS_SHARE = 1.3 / 24;

  private static final Reason DRIVER =
      Reason.counting(
          "The driver keeps about 2 % of the memory back: ",
          " are counted (23.58 of 24 GiB on an RTX 3090, 79.22 of 80 on an A100). A desktop on the"
              + " same card takes more.");
  private static final Reason WINDOWS =
      Reason.counting(
          "Windows and its desktop keep a part of the card: ",
          " are counted (22.7 of 24 GiB free on an idle RTX 3090, 5.0 of 6 on an RTX 2060; Windows"
              + " 10 left 18.8 of 22 on a 2080 Ti). Past that, Windows moves memory to the host"
              + " without a word, and decoding becomes many times slower.");
  private static final Reason DESKTOP =
      Reason.of("A desktop on the same card takes some of its memory.");
  private static final Reason SHARED =
      Reason.of(
          "The memory is shared with the operating system; what other programs use of it is not"
              + " subtracted.");
  private static final Reason HOST =
      Reason.of("What the operating system and other programs use is not subtracted.");

  /**
   * A sentence, with amounts in it where they say something.
   *
   * @param before the sentence, or its part before the amounts
   * @param after the rest of it
   */
  record Reason(String before, Optional<String> after) {
    static Reason counting(String before, String after) {
      return new Reason(before, Optional.of(after));
    }

    static Reason of(String sentence) {
      return new Reason(sentence, Optional.empty());
    }

    /** The sentence about these amounts. */
    String sentence(String amounts) {
      return after.isPresent() ? before + amounts + after.get() : before;
    }
  }

  /** What the question's engine may have of a card; empty where its memory is not known. */
  static Optional<UsableMemory> of(FitQuestion question, int card) {
    Card own = question.machine().cards().get(card);
    Optional<UsableMemory> usable = of(own, question.machine().host());
    return question.engine() instanceof Engine.Vllm vllm
            && own.device().kind() != DeviceKind.CPU_MEMORY
        ? usable.map(all -> all.upTo(vllm.utilisation()))
        : usable;
  }

  /** {@code 23.52 GiB of 24.00 GiB}. */
  String amount() {
    return "%s of %s".formatted(bytes, whole);
  }

  /** vLLM takes weights, caches and activations from {@code requested_memory} of vllm/utils. */
  private UsableMemory upTo(double utilisation) {
    return new UsableMemory(
        share(bytes, utilisation),
        bytes,
        REQUESTED.computeIfAbsent(utilisation, UsableMemory::requested));
  }

  /** By utilisation: answers are many and their words few. */
  private static final Map<Double, Reason> REQUESTED = new ConcurrentHashMap<>();

  private static Reason requested(double utilisation) {
    return Reason.counting(
        String.format(
            Locale.ROOT, "vLLM takes %.0f %% of what the card shows: ", utilisation * 100),
        " (gpu_memory_utilization).");
  }

  private static Optional<UsableMemory> of(Card card, Host host) {
    Device device = card.device();
    return card.memory()
        .map(
            memory ->
                switch (device.kind()) {
                  case APPLE_SOC -> apple(memory);
                  case DISCRETE_GPU -> graphicsCard(device, memory, host);
                  case DATACENTER_GPU -> driven(device, memory);
                  case APU -> new UsableMemory(memory, memory, SHARED);
                  case CPU_MEMORY -> new UsableMemory(memory, memory, HOST);
                });
  }

  private static UsableMemory graphicsCard(Device device, Bytes memory, Host host) {
    if (host.system().isEmpty() || host.system().get() != OperatingSystem.WINDOWS) {
      return driven(device, memory);
    }
    Bytes kept = share(memory, WINDOWS_SHARE);
    return new UsableMemory(
        memory.minus(kept.compareTo(WINDOWS_LEAST) < 0 ? WINDOWS_LEAST : kept), memory, WINDOWS);
  }

  private static UsableMemory driven(Device device, Bytes memory) {
    return device.vendor().equalsIgnoreCase("nvidia")
        ? new UsableMemory(share(memory, NVIDIA_SHARE), memory, DRIVER)
        : new UsableMemory(memory, memory, DESKTOP);
  }

  private static UsableMemory apple(Bytes memory) {
    double share = memory.compareTo(APPLE_BOUNDARY) > 0 ? APPLE_LARGE : APPLE_SMALL;
    return new UsableMemory(share(memory, share), memory, share == APPLE_LARGE ? LARGE : SMALL);
  }

  private static final Reason SMALL = working(APPLE_SMALL);
  private static final Reason LARGE = working(APPLE_LARGE);

  private static Reason working(double share) {
    return Reason.counting(
        String.format(
            Locale.ROOT, "macOS lets the GPU use about %.0f %% of unified memory: ", share * 100),
        " (recommendedMaxWorkingSetSize: 10.7 of 16, 48 of 64, 96 of 128 GiB seen; macOS 26 allows"
            + " more). Raise it with sysctl iogpu.wired_limit_mb.");
  }

  private static Bytes share(Bytes memory, double share) {
    return Bytes.of((long) (memory.value() * share));
  }
}
