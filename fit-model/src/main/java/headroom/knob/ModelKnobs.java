package headroom.knob;

import static headroom.knob.PaperFigure.of;

import headroom.model.FeedForward;
import java.util.List;
import java.util.Optional;

/** What a model's feed-forward network would be after a conversion. */
final class ModelKnobs {
  /** Mixtral 8x7B: two of eight experts (arXiv 2401.04088). */
  private static final int EXPERTS = 8;

  private static final int ACTIVE = 2;

  /** The paper's best case, a third of the computation, taken for the feed-forward weights. */
  private static final double RELU_SHARE = 1 / 3.0;

  static final List<PaperKnob> ALL =
      List.of(
          new PaperKnob(
              "moe",
              "Mixture of experts, 2 of 8",
              "The model as Mixtral is to Mistral 7B: eight feed-forward networks in place of each,"
                  + " two of which serve a token. Much more memory, little more to read per token."
                  + " Another model that has to be trained.",
              KnobKind.MODEL,
              List.of(
                  of(
                      "47B parameters, 13B of them per token",
                      "Mixtral 8x7B, two of eight experts in every layer, 32k tokens of context",
                      "arXiv 2401.04088, abstract")),
              question -> Conversion.apply(question, from -> from.experts(EXPERTS, ACTIVE)),
              AttentionKnobs.needs(
                  model ->
                      model.layers().stream()
                          .anyMatch(layer -> layer.feedForward() instanceof FeedForward.Dense),
                  "has no dense feed-forward network")),
          new PaperKnob(
              "relufication",
              "Relufication",
              "With ReLU as activation most inner values are 0 and their weights need not be read."
                  + " Needs fine-tuning, and kernels that skip.",
              KnobKind.MODEL,
              List.of(
                  of(
                      "up to 3 times less computation",
                      "ReLU models at a small loss; counted in operations, not measured",
                      "arXiv 2310.04564, abstract"),
                  of(
                      "26 % of the neurons give 80 % of the activations, 69 % with SwiGLU",
                      "OPT-30B with ReLU and LLaMA2-70B with SwiGLU",
                      "arXiv 2312.12456, section 3")),
              question -> question.withTechniques(t -> t.withFeedForwardShare(RELU_SHARE)),
              question ->
                  Optional.of(
                      ("a third of the feed-forward weights is the paper's best case for models"
                              + " fine-tuned to ReLU; %s as published gains nothing unless it was.")
                          .formatted(question.model().name()))));

  private ModelKnobs() {}
}
