package headroom.knob;

import static headroom.knob.PaperFigure.of;

import headroom.fit.Companions;
import headroom.fit.FitQuestion;
import headroom.fit.Speculation;
import headroom.fit.Techniques.ExtraWeights;
import headroom.model.ModelSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Schemes that draft several tokens and check them in one step. */
final class DecodingKnobs {
  private static final String EAGLE_3 = "arXiv 2503.01840, Table 2";

  /** T5-XXL with T5-small as its draft, translation, temperature 0: Table 4 of the paper. */
  private static final Speculation LEVIATHAN = new Speculation.Chain(0.75, 7, 0.02);

  /** 85 % is the lower acceptance; 1.85 tokens per step at 1.8 times the rate cost 2.8 %. */
  private static final Speculation DEEPSEEK = new Speculation.Chain(0.85, 1, 1.85 / 1.8 - 1);

  private static final int MEDUSA_HEADS = 5;
  private static final int DRAFT_BITS = 16;

  static final List<PaperKnob> ALL =
      List.of(
          knob(
              "speculative-decoding",
              "Speculative decoding",
              "A small model drafts 7 tokens at 2 % of the large model's cost each, and 75 % are"
                  + " accepted. Output does not change; your acceptance depends on draft and text."
                  + " Name a draft model to have its memory counted.",
              LEVIATHAN,
              Objections::none,
              of(
                  "3.4 times as fast, 3.2 by the formula",
                  "T5-XXL with T5-small, English to German, temperature 0, batch 1",
                  "arXiv 2211.17192, Tables 2 and 4",
                  "TPU v4"),
              of(
                  "2.6 times as fast at 62 % acceptance",
                  "the same pair at temperature 1", "arXiv 2211.17192, Table 2", "TPU v4"),
              of(
                  "2 to 2.5 times as fast",
                  "Chinchilla 70B, distributed",
                  "arXiv 2302.01318, abstract")),
          knob(
              "specinfer",
              "SpecInfer, trees of drafts",
              "Small models draft a tree of continuations that is checked in one step. The lower"
                  + " end of the paper's range; the drafts' own memory is not counted.",
              new Speculation.Measured(
                  1.5, OptionalDouble.empty(), "arXiv 2305.09781, abstract: 1.5 to 2.8 times"),
              Objections::none,
              of(
                  "1.5 to 2.8 times as fast",
                  "distributed over several GPUs, against serving systems of 2023",
                  "arXiv 2305.09781, abstract"),
              of(
                  "2.6 to 3.5 times as fast",
                  "weights offloaded from the GPU",
                  "arXiv 2305.09781, abstract")),
          knob(
              "lookahead",
              "Lookahead decoding",
              "Guesses several tokens in parallel and checks n-grams; needs no draft model, but"
                  + " spare arithmetic.",
              new Speculation.Measured(
                  1.8, OptionalDouble.empty(), "arXiv 2402.02057, abstract: up to 1.8 times"),
              Objections::none,
              of(
                  "up to 1.8 times as fast",
                  "MT-Bench; 4 times for code on several GPUs",
                  "arXiv 2402.02057, abstract")),
          knob(
              "layerskip",
              "LayerSkip, early exit as draft",
              "The model's own first layers draft and the rest checks. Only for models trained with"
                  + " layer dropout and early exits. The least of the paper's three best cases.",
              new Speculation.Measured(
                  1.82, OptionalDouble.empty(), "arXiv 2404.16710, abstract: up to 1.82 times"),
              Objections.unlessNamed(
                  "%s was not trained for early exits, as far as its name says; the figures are of"
                      + " Llama models that were.",
                  "layerskip"),
              of(
                  "up to 2.16 times as fast",
                  "summaries of CNN/DM; coding 1.82 times, semantic parsing 2.0 times",
                  "arXiv 2404.16710, abstract")),
          knob(
                  "medusa",
                  "Medusa heads",
                  "Five more heads guess the tokens after the next one, and a tree of guesses is"
                      + " checked in one step. Heads have to be trained for the model.",
                  new Speculation.Measured(
                      2.18, OptionalDouble.empty(), "arXiv 2401.10774, section 3.1"),
                  Objections.unlessNamed(
                      "the figure is of Vicuna-7B; %s needs heads trained for it.",
                      "vicuna", "zephyr"),
                  of(
                      "2.18 times as fast with a frozen model, 2.83 trained together",
                      "Vicuna-7B, MT-Bench, batch 1, against Hugging Face",
                      "arXiv 2401.10774, section 3.1"),
                  of(
                      "2.3 to 3.6 times as fast",
                      "Medusa-2, heads and model trained together",
                      "arXiv 2401.10774, abstract"))
              .then(q -> q.withTechniques(t -> t.withExtraWeights(medusaHeads(q.model())))),
          knob(
                  "eagle",
                  "EAGLE",
                  "One layer of its own drafts from the model's last features, and a tree is"
                      + " checked in one step. The lower end of the paper's range.",
                  new Speculation.Measured(
                      2.7, OptionalDouble.empty(), "arXiv 2401.15077, abstract: 2.7 to 3.5 times"),
                  Objections.unlessNamed(
                      "the figure is of LLaMA2-Chat 70B; heads are published for Vicuna,"
                          + " LLaMA2-Chat and Mixtral, and %s needs one trained for it.",
                      "vicuna", "llama-2", "mixtral-8x7b"),
                  of(
                      "2.7 to 3.5 times as fast, 2 times the throughput",
                      "LLaMA2-Chat 70B, output unchanged",
                      "arXiv 2401.15077, abstract"),
                  of(
                      "160 tokens per second, 24 with Hugging Face",
                      "LLaMA2-Chat 13B with gpt-fast on a consumer card",
                      "arXiv 2401.15077, abstract of an early version",
                      "RTX 3090"))
              .then(q -> draftLayer(q, "EAGLE layer", 2, "arXiv 2401.15077, section 4")),
          knob(
                  "eagle-2",
                  "EAGLE-2",
                  "EAGLE with a tree that grows where the draft is confident of being accepted.",
                  new Speculation.Measured(3.16, OptionalDouble.of(4.05), EAGLE_3),
                  eagle("vicuna", "llama-2", "llama-3", "mixtral-8x7b"),
                  of(
                      "3.16 times as fast, 4.05 tokens per step",
                      "Llama-3.1-8B-Instruct, MT-Bench, as measured for EAGLE-3",
                      EAGLE_3))
              .then(q -> draftLayer(q, "EAGLE-2 layer", 2, "arXiv 2401.15077, section 4")),
          knob(
                  "eagle-3",
                  "EAGLE-3",
                  "Drafts tokens directly from features of three depths, trained as it is used.",
                  new Speculation.Measured(4.40, OptionalDouble.of(6.13), EAGLE_3),
                  eagle("vicuna-13b", "llama-3.1-8b", "llama-3.3-70b", "r1-distill-llama-8b"),
                  of(
                      "4.40 times as fast, 6.13 tokens per step",
                      "Llama-3.1-8B-Instruct, MT-Bench",
                      EAGLE_3),
                  of(
                      "1.38 times the throughput at a batch of 64, up to 6.5 times as fast at 1",
                      "SGLang; chat and reasoning models",
                      "arXiv 2503.01840, abstract"))
              .then(q -> draftLayer(q, "EAGLE-3 layer", 3, "arXiv 2503.01840, section 3")),
          knob(
                  "mtp",
                  "Multi-token prediction",
                  "The layer that training used to predict one token more drafts it in use. Only"
                      + " for models published with such a layer.",
                  DEEPSEEK,
                  Objections.unlessNamed(
                      "the figure is of DeepSeek-V3; %s needs a prediction layer trained with it.",
                      "deepseek-v3", "deepseek-r1"),
                  of(
                      "85 to 90 % of second tokens accepted, 1.8 times the tokens per second",
                      "DeepSeek-V3, various topics", "arXiv 2412.19437, section 5.4.3"))
              .then(DecodingKnobs::predictionLayer));

  private DecodingKnobs() {}

  private static PaperKnob knob(
      String slug,
      String label,
      String explanation,
      Speculation promise,
      Function<FitQuestion, Optional<String>> objection,
      PaperFigure... figures) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        KnobKind.DECODING,
        List.of(figures),
        question -> question.withSpeculation(promise),
        objection);
  }

  private static Function<FitQuestion, Optional<String>> eagle(String... published) {
    return Objections.unlessNamed(
        "the figure is of Llama-3.1-8B-Instruct; %s needs a draft layer trained for it.",
        published);
  }

  /** Each a residual block and an output matrix (arXiv 2401.10774, section 2.1.1). */
  private static ExtraWeights medusaHeads(ModelSpec model) {
    long width = model.embeddingSize();
    return new ExtraWeights(
        "Medusa heads",
        MEDUSA_HEADS * width * (width + model.vocabularySize()),
        DRAFT_BITS,
        String.format(
            Locale.ROOT,
            "%d heads × %d × (%d + %d vocabulary)",
            MEDUSA_HEADS,
            width,
            width,
            model.vocabularySize()),
        "arXiv 2401.10774, sections 2.1.1 and 2.2.3");
  }

  /** The model's own layer where it is known; a layer like its last where it would need one. */
  private static FitQuestion predictionLayer(FitQuestion question) {
    return question.model().predictionHead().isPresent()
        ? question.withCompanions(Companions::withPredictionHead)
        : draftLayer(question, "prediction layer", 2, "arXiv 2412.19437, section 2.2");
  }

  /** A layer like the model's last and a matrix that joins {@code inputs} vectors into one. */
  private static FitQuestion draftLayer(
      FitQuestion question, String what, int inputs, String source) {
    ModelSpec model = question.model();
    int last = model.layers().size() - 1;
    long layer =
        model.tensors().stream()
            .filter(t -> t.layer().isPresent() && t.layer().getAsInt() == last)
            .mapToLong(t -> t.elements())
            .sum();
    long width = model.embeddingSize();
    ExtraWeights extra =
        new ExtraWeights(
            what,
            layer + inputs * width * width,
            DRAFT_BITS,
            String.format(
                Locale.ROOT, "%,d of one layer + %d × %d × %d", layer, inputs, width, width),
            source);
    return question.withTechniques(t -> t.withExtraWeights(extra));
  }
}
