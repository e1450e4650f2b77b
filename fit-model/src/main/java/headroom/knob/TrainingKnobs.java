package headroom.knob;

import static headroom.knob.PaperFigure.of;

import headroom.fit.Techniques.Training;
import headroom.quant.FlatFormat;
import java.util.List;

/** Fine-tuning in place of inference. */
final class TrainingKnobs {
  /** Adapters of 0.2 % of the weights, the paper's own example. */
  private static final Training QLORA = new Training(0.002, "arXiv 2305.14314, sections 2 and 3");

  static final List<PaperKnob> ALL =
      List.of(
          new PaperKnob(
              "qlora",
              "QLoRA fine-tuning",
              "Trains adapters of 0.2 % of the weights on a frozen NF4 model with gradient"
                  + " checkpointing; the context is all tokens of one step together.",
              KnobKind.TRAINING,
              List.of(
                  of(
                      "48 GB instead of over 780 GB",
                      "LLaMA 65B on one GPU, 16-bit task performance kept",
                      "arXiv 2305.14314, abstract and section 1"),
                  of(
                      "26 MB of adapters, 567 MB of input gradients, 18 MB with checkpointing",
                      "LLaMA 7B, FLAN v2, batch 1, adapters of 0.2 % of the weights",
                      "arXiv 2305.14314, section 2"),
                  of(
                      "24 hours to 99.3 % of ChatGPT's score",
                      "best Guanaco model, Vicuna benchmark, one GPU",
                      "arXiv 2305.14314, abstract")),
              question ->
                  question
                      .withWeights(
                          new FlatFormat(
                              "bnb-nf4-dq",
                              "NF4 double quantised",
                              4.127,
                              "arXiv 2305.14314, section 3; 4 + 8/64 + 32/(64 × 256) = 4.127 bits"))
                      .withTechniques(t -> t.withTraining(QLORA)),
              Objections::none));

  private TrainingKnobs() {}
}
