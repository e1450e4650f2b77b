package headroom.knob;

import static headroom.knob.PaperFigure.of;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.FitQuestion;
import headroom.fit.Placement;
import headroom.fit.Techniques.Outside;
import headroom.fit.Techniques.Rest;
import java.util.List;
import java.util.Optional;

/** Schemes that keep weights outside the device's memory. */
final class OffloadKnobs {
  /** Neurons that give 80 % of the activations of OPT-30B. */
  private static final double HOT = 0.26;

  static final List<PaperKnob> ALL =
      List.of(
          knob(
              "flexgen",
              "FlexGen, weights streamed from the host",
              "All layers lie in the host's memory and are copied to the GPU for every step, which"
                  + " pays off with very large batches. The cache stays on the GPU here; the paper"
                  + " moves parts of it too.",
              new Outside(0, 0, Rest.STREAMED, "arXiv 2303.06865"),
              of(
                  "1 token per second over the whole batch",
                  "OPT-175B, one GPU of 16 GB, effective batch of 144",
                  "arXiv 2303.06865, abstract",
                  "T4"),
              of(
                  "21 hours for seven scenarios of HELM",
                  "30B model, one GPU of 16 GB",
                  "arXiv 2303.06865, abstract",
                  "T4")),
          knob(
              "zero-inference",
              "ZeRO-Inference",
              "Streams the weights of one layer after the other from host memory through the GPU;"
                  + " the paper also streams from NVMe, which is not counted here.",
              new Outside(0, 0, Rest.STREAMED, "arXiv 2207.00032"),
              of(
                  "models 25 times as large as the GPU alone can hold",
                  "host memory and NVMe added",
                  "arXiv 2207.00032, abstract"),
              of(
                  "84 TFLOPS, over half of the peak",
                  "weights streamed, large batch",
                  "arXiv 2207.00032, abstract",
                  "A6000")),
          knob(
                  "powerinfer",
                  "PowerInfer, hot neurons on the GPU",
                  "The GPU keeps attention and the 26 % of feed-forward neurons that give 80 % of the"
                      + " activations; the processor computes with the others where they are active. Only"
                      + " for models with ReLU.",
                  new Outside(1, HOT, Rest.COMPUTED_BY_HOST, "arXiv 2312.12456, section 3"),
                  of(
                      "13.2 tokens per second on average, 29.08 at most",
                      "several models, OPT-175B among them",
                      "arXiv 2312.12456, abstract of the first version",
                      "RTX 4090"),
                  of(
                      "up to 11.69 times as fast as llama.cpp",
                      "models of the same size, one GPU",
                      "arXiv 2312.12456, abstract",
                      "RTX 4090"),
                  of(
                      "26 % of the neurons give 80 % of the activations, 69 % with SwiGLU",
                      "OPT-30B with ReLU and LLaMA2-70B with SwiGLU",
                      "arXiv 2312.12456, section 3"))
              .alsoSaying(
                  question ->
                      Optional.of(
                          ("the split is of OPT-30B with ReLU; with SwiGLU, as most models have it, 69"
                                  + " %% instead of 26 %% of the neurons are hot, and %s gains less"
                                  + " unless it was fine-tuned to ReLU.")
                              .formatted(question.model().name()))),
          knob(
              "llm-in-a-flash",
              "LLM in a flash",
              "Half of each layer stays in memory and the rest is read from flash storage when its"
                  + " neurons become active. Needs sparse activations.",
              new Outside(0.5, 0.5, Rest.FLASH, "arXiv 2312.11514, abstract"),
              of(
                  "models up to 2 times as large as the memory",
                  "weights in flash storage",
                  "arXiv 2312.11514, abstract"),
              of(
                  "up to 4 times as fast on a CPU, 20 times on a GPU",
                  "against loading from flash naively",
                  "arXiv 2312.11514, abstract of version 3")));

  private OffloadKnobs() {}

  private static PaperKnob knob(
      String slug, String label, String explanation, Outside outside, PaperFigure... figures) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        KnobKind.OFFLOAD,
        List.of(figures),
        question ->
            nothingToMove(question, outside).isPresent()
                ? question
                : question.withTechniques(t -> t.withOutside(outside)),
        question -> nothingToMove(question, outside));
  }

  private static Optional<String> nothingToMove(FitQuestion question, Outside outside) {
    Device device = question.device();
    boolean oneMemory = device.unifiedMemory() || device.kind() == DeviceKind.CPU_MEMORY;
    if (oneMemory && outside.where() != Rest.FLASH) {
      return Optional.of(
          "%s and its host share one memory, so there is nowhere to move weights to; nothing changes."
              .formatted(device.name()));
    }
    Placement placement = question.placement();
    boolean asked =
        placement.layers() instanceof Placement.GpuLayers.Count
            || placement.expertLayersOnHost() > 0;
    return asked || question.machine().cards().size() > 1
        ? Optional.of(
            "computed for one device that is given all layers, so nothing changes with several or"
                + " with layers placed by hand.")
        : Optional.empty();
  }
}
