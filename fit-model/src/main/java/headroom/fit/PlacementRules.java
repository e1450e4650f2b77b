package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The nearest placement that the engine can run, with a sentence for each thing that changed. */
final class PlacementRules {
  /**
   * Architectures without {@code -sm tensor} ({@code llm_arch_supports_sm_tensor} in
   * https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-arch.cpp#L1048).
   */
  private static final Set<String> NO_TENSOR_SPLIT =
      Set.of(
          "grok",
          "mpt",
          "plamo2",
          "minicpm3",
          "gemma3n",
          "mamba",
          "mamba2",
          "jamba",
          "falcon-h1",
          "olmo2",
          "olmoe",
          "deepseek2",
          "deepseek32",
          "deepseek4",
          "glm-dsa",
          "bitnet",
          "t5",
          "nemotron_h",
          "nemotron_h_moe",
          "granitehybrid",
          "minimax-01",
          "minimax-m2",
          "minimax-m3",
          "mistral4",
          "kimi-linear");

  private static final int MOST_CARDS = 16;

  private PlacementRules() {}

  /** The question with a possible placement; what had to change is added to the notes. */
  static FitQuestion apply(FitQuestion asked, List<Supplier<String>> notes) {
    Placement placement = asked.placement();
    if (placement.equals(Placement.ALL_ON_CARDS) && asked.machine().cards().size() == 1) {
      return asked;
    }
    placement = layers(asked, placement, notes);
    placement = experts(asked, placement, notes);
    placement = split(asked, placement, notes);
    FitQuestion question =
        placement.equals(asked.placement()) ? asked : asked.withPlacement(placement);
    if (placement.split() == Split.TENSOR
        && asked.engine() instanceof Engine.LlamaCpp
        && !asked.flashAttention()) {
      notes.add(
          () ->
              "llama.cpp's -sm tensor needs flash attention: computed with it on"
                  + " (https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-context.cpp).");
      question = question.withFlashAttention(true);
    }
    return question;
  }

  /** The same with layers shared one card after the other. */
  static Placement byLayers(Placement placement) {
    return withSplit(placement, Split.LAYER);
  }

  private static Placement layers(
      FitQuestion asked, Placement placement, List<Supplier<String>> notes) {
    int most = asked.model().layers().size() + 1;
    if (placement.layers() instanceof GpuLayers.All) {
      return placement;
    }
    boolean splits =
        asked.engine() instanceof Engine.LlamaCpp || asked.engine() instanceof Engine.IkLlamaCpp;
    if (!splits) {
      notes.add(
          () ->
              ("%s keeps all layers on its devices: computed so. Take llama.cpp or ik_llama.cpp to"
                      + " leave layers on the host.")
                  .formatted(asked.engine().id()));
      return withLayers(placement, new GpuLayers.All());
    }
    if (placement.layers() instanceof GpuLayers.Count count) {
      if (asked.device().kind() == DeviceKind.CPU_MEMORY) {
        notes.add(
            () ->
                "%s is no GPU, so GPU layers have nowhere to go: computed with all layers on it."
                    .formatted(asked.device().name()));
        return withLayers(placement, new GpuLayers.All());
      }
      if (count.count() > most) {
        notes.add(
            () ->
                ("%d GPU layers are more than %s has: %d and the output make %d. Computed with all"
                        + " of them.")
                    .formatted(count.count(), asked.model().name(), most - 1, most));
        return withLayers(placement, new GpuLayers.All());
      }
    }
    return placement;
  }

  private static Placement withLayers(Placement placement, GpuLayers layers) {
    return new Placement(
        layers, placement.expertLayersOnHost(), placement.split(), placement.shares());
  }

  private static Placement experts(
      FitQuestion asked, Placement placement, List<Supplier<String>> notes) {
    int asksFor = placement.expertLayersOnHost();
    if (asksFor == 0) {
      return placement;
    }
    Optional<String> reason = Optional.empty();
    if (asked.model().mixtureOfExperts().isEmpty()) {
      reason =
          Optional.of(
              ("%s is dense: it has no experts to keep on the host. Give fewer GPU layers instead.")
                  .formatted(asked.model().name()));
    } else if (!AutoPlacement.canUseHost(asked)) {
      reason =
          Optional.of(
              "Experts stay with their layers here: %s"
                  .formatted(
                      asked.device().unifiedMemory()
                          ? "%s shares its memory with the CPU.".formatted(asked.device().name())
                          : "%s with this split has no experts on the host."
                              .formatted(asked.engine().id())));
    }
    int layers = asked.model().layers().size();
    if (reason.isEmpty() && asksFor > layers) {
      notes.add(
          () ->
              "Experts of %d layers are more than %s has: computed with those of all %d."
                  .formatted(asksFor, asked.model().name(), layers));
      return new Placement(placement.layers(), layers, placement.split(), placement.shares());
    }
    if (reason.isPresent()) {
      String text = reason.get();
      notes.add(() -> text);
      return new Placement(placement.layers(), 0, placement.split(), placement.shares());
    }
    return placement;
  }

  private static Placement split(
      FitQuestion asked, Placement placement, List<Supplier<String>> notes) {
    int cards = asked.machine().cards().size();
    if (placement.split() == Split.LAYER || cards == 1) {
      return cards == 1 && placement.split() != Split.LAYER
          ? withSplit(placement, Split.LAYER)
          : placement;
    }
    boolean mainline = asked.engine() instanceof Engine.LlamaCpp;
    if (placement.split() == Split.ROW) {
      if (mainline) {
        return placement;
      }
      notes.add(
          () ->
              ("%s has no row split (ik_llama.cpp has -sm graph, vLLM tensor parallelism): computed"
                      + " with layers split between the devices.")
                  .formatted(asked.engine().id()));
      return withSplit(placement, Split.LAYER);
    }
    if (mainline && NO_TENSOR_SPLIT.contains(asked.model().architecture())) {
      notes.add(
          () ->
              ("llama.cpp's -sm tensor is not made for architecture %s: computed with layers split"
                      + " between the devices. ik_llama.cpp (-sm graph) and vLLM split more of them.")
                  .formatted(asked.model().architecture()));
      return withSplit(placement, Split.LAYER);
    }
    if (!(placement.layers() instanceof GpuLayers.All)) {
      notes.add(
          () ->
              "A tensor split has all layers on the devices: computed so. Split by layers to leave"
                  + " some on the host.");
    }
    if (mainline && !placement.shares().isEmpty()) {
      notes.add(() -> "A tensor split is computed with equal shares for every device.");
    }
    heads(asked, cards, mainline || asked.engine() instanceof Engine.IkLlamaCpp, notes);
    return new Placement(new GpuLayers.All(), 0, Split.TENSOR, List.of());
  }

  private static Placement withSplit(Placement placement, Split split) {
    return new Placement(
        placement.layers(), placement.expertLayersOnHost(), split, placement.shares());
  }

  /** Engines but llama.cpp's kin need query heads that divide, and key-value heads that do too. */
  private static void heads(
      FitQuestion asked, int cards, boolean uneven, List<Supplier<String>> notes) {
    for (LayerSpec layer : asked.model().layers()) {
      int heads = 0;
      int kvHeads = 0;
      switch (layer.attention()) {
        case AttentionSpec.GroupedQuery own -> {
          heads = own.heads();
          kvHeads = own.kvHeads();
        }
        case AttentionSpec.SlidingWindow own -> {
          heads = own.heads().heads();
          kvHeads = own.heads().kvHeads();
        }
        case AttentionSpec.LatentAttention own -> heads = own.heads();
        default -> {
          // States split by channels.
        }
      }
      if (heads == 0 || divides(heads, kvHeads, cards)) {
        continue;
      }
      int queries = heads;
      int keys = kvHeads;
      String names = keys == 0 ? queries + " heads" : queries + " and " + keys + " heads";
      notes.add(
          () ->
              "%s has %s, which %d devices do not divide: %s. Counts that divide: %s."
                  .formatted(
                      asked.model().name(),
                      names,
                      cards,
                      uneven
                          ? "some devices get one more than others, computed with the larger part"
                          : asked.engine().id()
                              + " refuses that; computed as if parts were rounded up",
                      IntStream.rangeClosed(1, MOST_CARDS)
                          .filter(count -> divides(queries, keys, count))
                          .mapToObj(Integer::toString)
                          .collect(Collectors.joining(", "))));
      return;
    }
  }

  /** Fewer key-value heads than devices are repeated, which has to come out even too. */
  private static boolean divides(int heads, int kvHeads, int cards) {
    return heads % cards == 0 && (kvHeads == 0 || kvHeads % cards == 0 || cards % kvHeads == 0);
  }
}
