package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Host;
import headroom.device.Machine;
import headroom.device.OperatingSystem;
import headroom.quant.FlatFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The nearest machine and engine that go together, with a sentence for each thing that changed. */
final class EngineRules {
  private EngineRules() {}

  static FitQuestion apply(FitQuestion asked, List<Supplier<String>> notes) {
    FitQuestion question = asked.machine().cards().size() > 1 ? cards(asked, notes) : asked;
    question = WindowRules.apply(engine(question, notes), notes);
    system(question, notes);
    files(question, notes);
    FormatRules.notes(question, notes);
    return question;
  }

  /** Memory of a processor is no second card, and computers of their own need a network. */
  private static FitQuestion cards(FitQuestion asked, List<Supplier<String>> notes) {
    List<Card> cards = new ArrayList<>();
    Optional<Card> processor = Optional.empty();
    Set<String> vendors = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Card card : asked.machine().cards()) {
      if (card.device().kind() == DeviceKind.CPU_MEMORY) {
        processor = Optional.of(card);
      } else {
        cards.add(card);
        vendors.add(card.device().vendor());
      }
    }
    FitQuestion question = asked;
    if (processor.isPresent() && !cards.isEmpty()) {
      Card memory = processor.get();
      notes.add(
          () ->
              "%s is the host's memory and no card: computed as the host (--host %s)."
                  .formatted(memory.device().name(), memory.device().id()));
      Host own = asked.machine().host();
      Placement placement = asked.placement();
      List<Double> shares =
          placement.shares().subList(0, Math.min(placement.shares().size(), cards.size()));
      question =
          asked
              .withPlacement(
                  new Placement(
                      placement.layers(),
                      placement.expertLayersOnHost(),
                      placement.split(),
                      shares))
              .withMachine(
                  new Machine(
                      cards,
                      own.withMemory(
                          own.memory().or(memory::memory),
                          own.bandwidth().or(memory.device()::bandwidth))));
    }
    if (cards.size() > 1) {
      for (Card card : cards) {
        if (card.device().kind() == DeviceKind.APPLE_SOC) {
          notes.add(
              () ->
                  ("%s is a computer of its own: llama.cpp's rpc-server joins it with others over"
                          + " the network. Computed without the time of that network.")
                      .formatted(card.device().name()));
          return question;
        }
      }
    }
    if (vendors.size() > 1 && isLlama(question)) {
      notes.add(
          () ->
              "Devices of %s in one run need llama.cpp built with Vulkan, or for both."
                  .formatted(String.join(" and ", vendors)));
    }
    return question;
  }

  static boolean isLlama(FitQuestion question) {
    return question.engine() instanceof Engine.LlamaCpp
        || question.engine() instanceof Engine.IkLlamaCpp;
  }

  private static FitQuestion engine(FitQuestion asked, List<Supplier<String>> notes) {
    if (isLlama(asked)) {
      return asked;
    }
    Device first = asked.device();
    for (Card card : asked.machine().cards()) {
      Device device = card.device();
      Optional<Supplier<String>> against = against(asked.engine(), device);
      if (against.isEmpty() && !device.vendor().equalsIgnoreCase(first.vendor())) {
        against =
            Optional.of(
                () ->
                    "%s runs on devices of one vendor, not on %s with %s"
                        .formatted(name(asked.engine()), first.name(), device.name()));
      }
      if (against.isPresent()) {
        Supplier<String> reason = against.get();
        notes.add(() -> reason.get() + ". Computed as llama.cpp runs it.");
        return asked
            .withEngine(Engine.LLAMA_CPP)
            .withPlacement(PlacementRules.byLayers(asked.placement()));
      }
    }
    return asked;
  }

  /** Why this engine cannot use this device. */
  private static Optional<Supplier<String>> against(Engine engine, Device device) {
    boolean apple = device.kind() == DeviceKind.APPLE_SOC;
    boolean card =
        device.kind() == DeviceKind.DISCRETE_GPU || device.kind() == DeviceKind.DATACENTER_GPU;
    return switch (engine) {
      case Engine.Mlx _ when !apple ->
          Optional.of(
              () ->
                  "MLX runs on Apple silicon, not on %s: take llama.cpp%s there"
                      .formatted(device.name(), card ? ", vLLM or ExLlama" : ""));
      case Engine.Vllm _ when apple ->
          Optional.of(
              () ->
                  "vLLM has no kernels for the GPU of %s: take llama.cpp or MLX there"
                      .formatted(device.name()));
      case Engine.ExLlama exllama
          when !device.vendor().equalsIgnoreCase("nvidia")
              && !(exllama.version() == 2 && device.vendor().equalsIgnoreCase("amd") && card) ->
          Optional.of(
              () ->
                  "ExLlamaV%d has kernels for %s, not for %s: take llama.cpp%s there"
                      .formatted(
                          exllama.version(),
                          exllama.version() == 2 ? "NVIDIA and AMD cards" : "NVIDIA cards",
                          device.name(),
                          apple ? " or MLX" : ""));
      case Engine.Embedded _ when card ->
          Optional.of(
              () ->
                  ("Headroom's own engine computes on the processor and would leave %s idle: name"
                          + " the host's memory as the device, or take llama.cpp")
                      .formatted(device.name()));
      default -> Optional.empty();
    };
  }

  static String name(Engine engine) {
    return switch (engine) {
      case Engine.Vllm _ -> "vLLM";
      case Engine.ExLlama _ -> "ExLlama";
      case Engine.Mlx _ -> "MLX";
      default -> engine.id();
    };
  }

  /** What an engine says of the operating system. */
  private static void system(FitQuestion asked, List<Supplier<String>> notes) {
    boolean windows =
        asked.machine().host().system().filter(OperatingSystem.WINDOWS::equals).isPresent();
    if (windows && asked.engine() instanceof Engine.Vllm) {
      notes.add(
          () ->
              "vLLM does not run on Windows itself"
                  + " (https://docs.vllm.ai/en/latest/getting_started/installation/gpu/): run it in"
                  + " WSL2, or take llama.cpp.");
    }
    if (windows && asked.device().kind() == DeviceKind.APPLE_SOC) {
      notes.add(
          () ->
              "%s runs under macOS: computed as if --host-os macos was given."
                  .formatted(asked.device().name()));
    }
  }

  /** Engines that read no GGUF files get the bytes of one, and a sentence that says so. */
  private static void files(FitQuestion asked, List<Supplier<String>> notes) {
    if (asked.weights() instanceof FlatFormat) {
      return;
    }
    String instead =
        switch (asked.engine()) {
          case Engine.ExLlama exllama -> exllama.version() == 2 ? "gptq-4bit-g128" : "exl3-4.0bpw";
          case Engine.Mlx _ -> "mlx-4bit-g64";
          default -> "";
        };
    if (!instead.isEmpty()) {
      notes.add(
          () ->
              "%s reads no GGUF files: the weights are counted as %s would be; take one of its own"
                      .formatted(name(asked.engine()), asked.weights().id())
                  + " formats, such as %s.".formatted(instead));
    } else if (asked.engine() instanceof Engine.Vllm) {
      notes.add(
          () ->
              "vLLM calls its support of GGUF files highly experimental"
                  + " (https://docs.vllm.ai/en/latest/features/quantization/gguf.html): AWQ, GPTQ"
                  + " or FP8 weights are the usual choice.");
    }
  }
}
