package headroom.fit;

import headroom.fit.Companions.DraftModel;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.model.ModelSpec;
import headroom.model.Projector;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Memory of what is loaded beside the model: a vision projector with its scratch memory, a draft
 * model with a cache for as many tokens as the model's own, the layer for multi-token prediction
 * with a cache and a context of its own.
 */
final class CompanionLines {
  private static final String BASE =
      "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/";

  private static final String ENCODER_SOURCE =
      BASE
          + "tools/mtmd/clip.cpp#L1361 (the image of the warm-up); a load log: Qwen3.6-27B's"
          + " projector 248.1 MiB, 241.8 by this rule";

  private static final String CONTEXT_SOURCE =
      BASE + "common/speculative.cpp#L2391 (as many tokens as the model's own context)";

  private static final String HEAD_SOURCE =
      BASE
          + "src/llama-model.cpp#L2328 (a cache of the prediction layer alone); a load log:"
          + " Qwen3.6-27B at 131072, q8_0: 272.00 MiB of cache and 495.00 of compute, both exact";

  private static final String ROLLBACK_SOURCE =
      BASE + "common/common.h#L386 and " + BASE + "src/llama-arch.cpp#L1032";

  private static final String VLLM_VISION =
      "vLLM loads a checkpoint's vision tower whether it is used or not, unless told"
          + " --language-model-only"
          + " (https://docs.vllm.ai/en/latest/configuration/conserving_memory/)";

  /** {@code common_params_speculative_draft.n_max}. */
  private static final int DRAFTED_TOKENS = 3;

  /** {@code llm_arch_supports_rs_rollback}. */
  private static final Set<String> ROLLS_BACK =
      Set.of(
          "qwen35",
          "qwen35moe",
          "deepseek4",
          "nemotron_h",
          "nemotron_h_moe",
          "lfm2",
          "lfm2moe",
          "bailingmoe3");

  /** Architectures with a graph for {@code LLM_GRAPH_TYPE_DECODER_MTP}. */
  private static final Set<String> DRAFTS_ITSELF =
      Set.of(
          "bailingmoe3",
          "cohere2moe",
          "deepseek2",
          "deepseek32",
          "deepseek4",
          "glm-dsa",
          "hy_v3",
          "mimo2",
          "nemotron_h_moe",
          "qwen35",
          "qwen35moe",
          "qwen3next",
          "step35");

  private final FitQuestion question;
  private final Companions asked;
  private final boolean llama;

  private CompanionLines(FitQuestion question) {
    this.question = question;
    asked = question.companions();
    llama =
        question.engine() instanceof Engine.LlamaCpp
            || question.engine() instanceof Engine.IkLlamaCpp;
  }

  /** Adds a line for each amount; nothing where nothing was asked for. */
  static void add(List<MemoryLine> lines, FitQuestion question, Layout layout) {
    boolean always =
        question.engine() instanceof Engine.Vllm && question.model().projector().isPresent();
    if (question.companions().equals(Companions.NONE) && !always) {
      return;
    }
    CompanionLines own = new CompanionLines(question);
    own.projector(lines);
    own.asked.draft().ifPresent(draft -> own.draft(lines, draft));
    if (own.asked.predictionHead()) {
      own.rollback(lines);
      question.model().predictionHead().ifPresent(head -> own.head(lines, head, layout));
    }
  }

  /** What the question asks for and nobody knows, or the engine cannot do. */
  static void notes(FitQuestion question, List<Supplier<String>> notes) {
    Companions asked = question.companions();
    if (asked.equals(Companions.NONE)) {
      return;
    }
    ModelSpec model = question.model();
    asked
        .projector()
        .filter(projector -> projector.encoder().isEmpty())
        .ifPresent(
            projector ->
                notes.add(
                    () ->
                        "Scratch memory of the %s is not counted: its layers are not known. An mmproj file tells them."
                            .formatted(projector.name())));
    asked
        .draft()
        .filter(draft -> draft.model().vocabularySize() != model.vocabularySize())
        .ifPresent(
            draft ->
                notes.add(
                    () ->
                        "%s has %d tokens and %s %d: a draft needs the model's own vocabulary. Take a model of the same family."
                            .formatted(
                                draft.model().name(),
                                draft.model().vocabularySize(),
                                model.name(),
                                model.vocabularySize())));
    if (asked.draft().isPresent() && question.speculation().isEmpty()) {
      notes.add(
          () ->
              "The draft model's memory is counted and no gain in speed: that depends on how many"
                  + " of its tokens are accepted. The knob speculative-decoding takes the"
                  + " paper's.");
    }
    if (asked.predictionHead() && model.predictionHead().isEmpty()) {
      notes.add(
          () ->
              "No layer for multi-token prediction of %s is known: nothing is counted for it. A GGUF file that has one tells its size."
                  .formatted(model.name()));
    } else if (asked.predictionHead()
        && question.engine() instanceof Engine.LlamaCpp
        && !DRAFTS_ITSELF.contains(model.architecture())) {
      notes.add(
          () ->
              "llama.cpp does not run the prediction layer of architecture %s (build of 22 August 2026): vLLM may."
                  .formatted(model.architecture()));
    }
  }

  private void projector(List<MemoryLine> lines) {
    boolean vllm = question.engine() instanceof Engine.Vllm;
    Optional<Projector> projector =
        asked.projector().or(() -> vllm ? question.model().projector() : Optional.empty());
    if (projector.isEmpty()) {
      return;
    }
    Projector own = projector.get();
    Bytes bytes = llama ? own.file() : own.checkpoint().orElse(own.file());
    lines.add(
        new MemoryLine(
            "vision projector",
            Quantity.WEIGHTS,
            Place.DEVICE,
            bytes,
            () ->
                "%,d B%s"
                    .formatted(
                        bytes.value(),
                        llama || own.checkpoint().isEmpty() ? " as stored" : " at 16 bits"),
            vllm ? own.source() + "; " + VLLM_VISION : own.source()));
    if (llama && own.encoder().isPresent()) {
      Projector.Encoder encoder = own.encoder().get();
      lines.add(
          new MemoryLine(
              "vision projector: compute buffer",
              Quantity.COMPUTE,
              Place.DEVICE,
              encoder.scratch(),
              encoder::formula,
              ENCODER_SOURCE));
    }
  }

  private void draft(List<MemoryLine> lines, DraftModel draft) {
    Split split = question.placement().split() == Split.TENSOR ? Split.TENSOR : Split.LAYER;
    FitQuestion alone =
        alone(draft.model())
            .withWeights(draft.weights())
            .withPlacement(new Placement(new GpuLayers.All(), 0, split, List.of()));
    take(lines, alone, "draft model: ", CONTEXT_SOURCE);
  }

  /** The prediction layer comes after the last layer, where the output is. */
  private void head(List<MemoryLine> lines, ModelSpec head, Layout layout) {
    GpuLayers layers = new GpuLayers.All();
    List<Double> shares = new ArrayList<>();
    if (layout.output() == Layout.HOST) {
      layers = new GpuLayers.Count(0);
    } else if (layout.cards() > 1) {
      for (int card = 0; card < layout.cards(); card++) {
        shares.add(card == layout.output() ? 1.0 : 0.0);
      }
    }
    FitQuestion alone = alone(head).withPlacement(new Placement(layers, 0, Split.LAYER, shares));
    take(lines, alone, "prediction layer: ", HEAD_SOURCE);
  }

  /** A question about a companion by itself, with the tokens and sequences of the model. */
  private FitQuestion alone(ModelSpec companion) {
    return question
        .withModel(companion)
        .withCache(asked.keyFormat(), asked.valueFormat())
        .withTechniques(all -> Techniques.NONE)
        .withCompanions(none -> Companions.NONE);
  }

  /** Other engines than llama.cpp and its fork have one workspace for all. */
  private void take(List<MemoryLine> lines, FitQuestion alone, String prefix, String source) {
    LayerTable table = LayerTable.of(alone.model(), alone.weights());
    for (MemoryLine line : Placed.at(alone, table, alone.placement()).memory().lines()) {
      boolean bytes = line.quantity() == Quantity.WEIGHTS || line.quantity() == Quantity.KV;
      boolean taken = bytes || llama && line.quantity() == Quantity.COMPUTE;
      if (taken) {
        lines.add(
            new MemoryLine(
                prefix + line.what(),
                line.quantity(),
                line.place(),
                line.bytes(),
                line.formulaText(),
                line.quantity() == Quantity.WEIGHTS
                    ? line.source()
                    : line.source() + "; " + source));
      }
    }
  }

  /** One state more for each token that may be drafted and thrown away again. */
  private void rollback(List<MemoryLine> lines) {
    if (!(question.engine() instanceof Engine.LlamaCpp)
        || !ROLLS_BACK.contains(question.model().architecture())) {
      return;
    }
    int drafted =
        question.speculation().orElse(null) instanceof Speculation.Chain chain
            ? chain.draftTokens()
            : DRAFTED_TOKENS;
    for (MemoryLine line : List.copyOf(lines)) {
      if (line.quantity() == Quantity.KV && line.what().equals("recurrent state")) {
        lines.add(
            new MemoryLine(
                "recurrent state to roll back to",
                Quantity.KV,
                line.place(),
                line.bytes().times(drafted),
                () -> "%d drafted tokens × (%s)".formatted(drafted, line.formula()),
                ROLLBACK_SOURCE));
      }
    }
  }
}
