package headroom.knob;

import static headroom.knob.PaperFigure.of;
import static headroom.knob.PaperKnob.weights;

import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import headroom.quant.FlatFormat;
import java.util.List;
import java.util.Optional;

/** Floating-point, pruned and rotated formats of papers. */
final class NewerWeightKnobs {
  private static final double BLACKWELL = 10.0;
  private static final double ADA = 8.9;

  /** Share of parameters that BitNet a4.8 uses per step; counted for feed-forward weights alone. */
  private static final double A48_ACTIVE = 0.55;

  static final List<PaperKnob> ALL =
      List.of(
          weights(
                  "fp8",
                  "FP8, blocks of 128 x 128",
                  "8-bit floating point with one scale for each square of 128 x 128 weights, as"
                      + " DeepSeek-V3 was trained in and is published in.",
                  new FlatFormat(
                      "fp8-block-128",
                      "FP8 in blocks of 128",
                      8.002,
                      "arXiv 2412.19437, section 3.3; 8 (E4M3) + 32/(128 × 128) = 8.002 bits"),
                  of(
                      "671B parameters, 37B of them per token, trained in FP8",
                      "DeepSeek-V3, 2.788 million GPU-hours",
                      "arXiv 2412.19437, abstract",
                      "H800"))
              .unless(Objections.below(ADA, "Ada or Hopper")),
          weights(
                  "nvfp4",
                  "NVFP4",
                  "4-bit floating point with a scale for every 16 weights; a better rounding (MR-GPTQ)"
                      + " recovers much of what is lost.",
                  new FlatFormat(
                      "nvfp4",
                      "NVFP4",
                      4.5,
                      "definition of the format: 4 (E2M1) + 8/16 (E4M3 scale) = 4.5 bits, and one F32"
                          + " per tensor; arXiv 2509.23202"),
                  of(
                      "up to 4 times as fast as FP16, end to end",
                      "MR-GPTQ kernels on a consumer card",
                      "arXiv 2509.23202, abstract",
                      "RTX 5090"),
                  of(
                      "up to 2.2 times as fast as FP16, end to end",
                      "MR-GPTQ kernels on a server card",
                      "arXiv 2509.23202, abstract",
                      "B200"))
              .unless(Objections.below(BLACKWELL, "Blackwell")),
          weights(
                  "mxfp4",
                  "MXFP4",
                  "4-bit floating point with a power of two for every 32 weights: the format in which"
                      + " gpt-oss is published.",
                  new FlatFormat(
                      "mxfp4",
                      "MXFP4",
                      4.25,
                      "definition of the format: 4 (E2M1) + 8/32 (E8M0 scale) = 4.25 bits; arXiv"
                          + " 2509.23202"),
                  of(
                      "up to 6 times as fast as FP16 in one layer",
                      "MR-GPTQ kernels on a consumer card; 3.6 times on a B200",
                      "arXiv 2509.23202, abstract",
                      "RTX 5090",
                      "B200"))
              .unless(Objections.below(BLACKWELL, "Blackwell")),
          weights(
              "sparsegpt",
              "SparseGPT, 2 of 4 weights",
              "Prunes two of every four weights in one pass and corrects the rest; what is left stays"
                  + " in 16 bits with 2 bits for its position.",
              new FlatFormat(
                  "sparse-2of4-16bit",
                  "2:4 sparse, 16 bit",
                  9.0,
                  "arXiv 2301.00774; half of 16 bits + 2 bits of position for each weight that is"
                      + " left = 9 bits"),
              of(
                  "at least 50 % of the weights removed at little loss",
                  "GPT-family models, one pass, no retraining", "arXiv 2301.00774, abstract"),
              of(
                  "under 4.5 hours to prune 175B parameters",
                  "OPT-175B and BLOOM-176B",
                  "arXiv 2301.00774, abstract")),
          weights(
              "sparse-marlin",
              "Sparse-MARLIN 4-bit, 2 of 4 weights",
              "4-bit weights of which two in four are pruned, with kernels for sparse tensor cores.",
              new FlatFormat(
                  "marlin-2of4-4bit-g128",
                  "Sparse-MARLIN 4-bit g128",
                  3.125,
                  "arXiv 2408.11743; half of 4 bits + half of 2 bits of position + 16/128 scale ="
                      + " 3.125 bits"),
              of(
                  "up to 2.8 times as fast end to end",
                  "MARLIN, dense 4-bit weights in vLLM; one layer stays close to 4 times up to a"
                      + " batch of 16 to 32",
                  "arXiv 2408.11743, abstract")),
          weights(
                  "quarot",
                  "QuaRot, weights and cache in 4 bits",
                  "Rotations take the outliers away so that weights, activations and cache all fit 4"
                      + " bits.",
                  new FlatFormat(
                      "quarot-w4",
                      "QuaRot 4-bit",
                      4.004,
                      "arXiv 2404.00456; 4 + 16/4096 for one F16 scale per output channel = 4.004 bits"),
                  of(
                      "at most 0.47 perplexity lost, 99 % of zero-shot accuracy kept",
                      "Llama 2 70B, everything in 4 bits, WikiText-2",
                      "arXiv 2404.00456, abstract"),
                  of(
                      "3.89 times less peak memory in decode, prefill up to 3.33 times as fast",
                      "one block of Llama 2 70B, batch 16 and 64, 2048 tokens",
                      "arXiv 2404.00456, section 5.2",
                      "RTX 3090"))
              .then(
                  question ->
                      withCache(
                          question,
                          new CacheFormat(
                              "quarot-kv4",
                              4.25,
                              Optional.empty(),
                              "arXiv 2404.00456; 4 + (16 scale + 16 zero)/128 = 4.25 bits, 16-bit"
                                  + " pairs for groups of 128 assumed"))),
          weights(
                  "bitnet-a48",
                  "BitNet a4.8",
                  "Ternary weights with activations of 4 bits, many of them 0, and a 3-bit cache. Only for"
                      + " models trained this way.",
                  new FlatFormat(
                      "bitnet-a4.8",
                      "BitNet a4.8, packed to 2 bits",
                      2.0,
                      "arXiv 2411.04965; ternary weights packed four to a byte = 2 bits"),
                  of(
                      "55 % of the parameters active per step",
                      "models trained so; counted here for feed-forward weights alone",
                      "arXiv 2411.04965, abstract"),
                  of("3-bit cache", "models trained so", "arXiv 2411.04965, abstract"))
              .then(
                  question ->
                      withCache(
                              question,
                              new CacheFormat(
                                  "bitnet-a4.8-kv3",
                                  3.0,
                                  Optional.empty(),
                                  "arXiv 2411.04965, abstract: 3 bits, scales not counted"))
                          .withTechniques(t -> t.withFeedForwardShare(A48_ACTIVE)))
              .unless(
                  Objections.unlessNamed(
                      "%s was not trained with ternary weights and 4-bit activations; these are the"
                          + " figures of a model of its shape that was.",
                      "a4.8", "a48")));

  private NewerWeightKnobs() {}

  private static FitQuestion withCache(FitQuestion question, CacheFormat format) {
    return question.withCache(format, format);
  }
}
