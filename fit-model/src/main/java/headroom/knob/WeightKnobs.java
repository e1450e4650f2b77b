package headroom.knob;

import static headroom.knob.PaperFigure.of;
import static headroom.knob.PaperKnob.weights;

import headroom.quant.FlatFormat;
import java.util.List;

/** Integer and codebook formats of papers, each with the arithmetic that leads to its bits. */
final class WeightKnobs {
  static final List<PaperKnob> ALL =
      List.of(
          weights(
              "gptq",
              "GPTQ 4-bit, groups of 128",
              "Rounds weights column by column and corrects the columns that follow with"
                  + " second-order information. Needs calibration text.",
              new FlatFormat(
                  "gptq-4bit-g128",
                  "GPTQ 4-bit g128",
                  4.15625,
                  "arXiv 2210.17323; 4 + 16/128 scale + 4/128 zero point = 4.15625 bits"),
              of(
                  "3 to 4 bits per weight at negligible loss",
                  "GPT models of 175B parameters",
                  "arXiv 2210.17323, abstract"),
              of(
                  "3.25 times as fast as FP16",
                  "end to end, 175B parameters",
                  "arXiv 2210.17323, abstract",
                  "A100"),
              of(
                  "4.5 times as fast as FP16",
                  "end to end, 175B parameters",
                  "arXiv 2210.17323, abstract",
                  "A6000")),
          weights(
              "awq",
              "AWQ 4-bit, groups of 128",
              "Scales up the channels that meet large activations before rounding to 4 bits. Needs"
                  + " a little calibration text.",
              new FlatFormat(
                  "awq-4bit-g128",
                  "AWQ 4-bit g128",
                  4.15625,
                  "arXiv 2306.00978; 4 + 16/128 scale + 4/128 zero point = 4.15625 bits"),
              of(
                  "over 3 times as fast as FP16",
                  "4-bit weights in TinyChat, desktop and mobile GPUs, against Hugging Face",
                  "arXiv 2306.00978, abstract"),
              of(
                  "194 tokens per second, 52 with Hugging Face FP16",
                  "Llama-2-7B; 39 instead of 11 on a Jetson Orin",
                  "arXiv 2306.00978, chart of generation speeds on three GPUs",
                  "RTX 4090",
                  "Jetson Orin"),
              of(
                  "1 % of the weights decide most of the rounding error",
                  "channels chosen by the size of activations", "arXiv 2306.00978, abstract")),
          weights(
              "spqr",
              "SpQR near-lossless",
              "Keeps sensitive weights apart in 16 bits and rounds the rest in groups of 16, scales"
                  + " included.",
              new FlatFormat(
                  "spqr-4bit-g16",
                  "SpQR 4-bit g16",
                  4.63,
                  "arXiv 2306.03078, Table 1: 4.63 bits on LLaMA-7B; 4 + (3 + 3)/16 + 64/(16 × 16) ="
                      + " 4.625 bits and a trace of outliers"),
              of(
                  "5.73 perplexity at 4.63 bits, 5.68 at 16",
                  "LLaMA-7B, WikiText-2; 30B: 4.14 at 4.69 bits, 4.10 at 16",
                  "arXiv 2306.03078, Table 1"),
              of(
                  "15 % faster than 16 bits",
                  "33B model on one consumer GPU of 24 GB", "arXiv 2306.03078, abstract")),
          weights(
              "squeezellm",
              "SqueezeLLM 3-bit, 0.45 % sparse",
              "Rounds to 8 learned levels per row and keeps 0.45 % of the weights in 16 bits.",
              new FlatFormat(
                  "squeezellm-3bit-s45",
                  "SqueezeLLM 3-bit 0.45 %",
                  3.24,
                  "arXiv 2306.07629, Table 1: 3.24 bits on average, values and positions of outliers"
                      + " and levels counted"),
              of(
                  "7.56 perplexity in 3.1 GB, 1.9 times as fast as FP16",
                  "LLaMA-7B, C4, batch 1",
                  "arXiv 2306.07629, Table 1",
                  "A6000"),
              of(
                  "up to 2.3 times as fast as FP16",
                  "LLaMA models at 3 and 4 bits",
                  "arXiv 2306.07629, abstract",
                  "A6000")),
          weights(
              "aqlm",
              "AQLM 2-bit",
              "Stores groups of 8 weights as entries of learned codebooks, tuned block by block."
                  + " Making such a model takes long, and small models pay more for their codebooks.",
              new FlatFormat(
                  "aqlm-1x16-g8",
                  "AQLM 1x16 g8",
                  2.07,
                  "arXiv 2401.06118, Llama 2 70B; 16/8 = 2 bits and a 65536 × 8 codebook of F16 per"
                      + " matrix, 0.04 to 0.13 bits at that size"),
              of(
                  "3.94 perplexity at 2.07 bits, 3.12 at 16",
                  "Llama 2 70B, WikiText-2; 7B: 6.59 at 2.02 bits, 5.12 at 16",
                  "arXiv 2401.06118, Table 1"),
              of(
                  "14 tokens per second",
                  "Llama 2 70B at 2 bits, Hugging Face, one GPU",
                  "arXiv 2401.06118, section 4.4")),
          weights(
              "llm-int8",
              "LLM.int8()",
              "Multiplies in 8 bits except for a few outlier dimensions in 16. Halves memory, seldom"
                  + " faster.",
              new FlatFormat(
                  "llm-int8",
                  "LLM.int8()",
                  8.01,
                  "arXiv 2208.07339; 8 + 32/4096 for one F32 scale per row = 8.01 bits"),
              of(
                  "half the memory, nothing lost",
                  "transformers of up to 175B parameters against 16 bits",
                  "arXiv 2208.07339, abstract"),
              of(
                  "over 99.9 % of the values multiplied in 8 bits",
                  "outlier dimensions apart in 16 bits", "arXiv 2208.07339, abstract")),
          weights(
              "smoothquant",
              "SmoothQuant W8A8",
              "Moves outliers from activations into weights so that both fit 8 bits.",
              new FlatFormat(
                  "smoothquant-w8a8",
                  "SmoothQuant W8A8",
                  8.01,
                  "arXiv 2211.10438; 8 + 32/4096 for one F32 scale per output channel = 8.01 bits"),
              of(
                  "up to 1.56 times as fast in half the memory",
                  "INT8 weights and activations against FP16",
                  "arXiv 2211.10438, abstract"),
              of(
                  "530B parameters served by one node",
                  "INT8 weights and activations",
                  "arXiv 2211.10438, abstract")),
          weights(
              "nf4",
              "NF4 with double quantisation",
              "Rounds weights to 16 levels spaced like a normal distribution; made for fine-tuning of"
                  + " frozen models. Needs no calibration.",
              new FlatFormat(
                  "bnb-nf4-dq",
                  "NF4 double quantised",
                  4.127,
                  "arXiv 2305.14314, section 3; 4 + 8/64 + 32/(64 × 256) = 4.127 bits"),
              of(
                  "0.127 bits per weight for scales, 0.5 without double quantisation",
                  "blocks of 64, scales in 8 bits with a second scale for 256 of them",
                  "arXiv 2305.14314, section 3"),
              of(
                  "task performance of 16 bits kept",
                  "fine-tuning of LLaMA models of up to 65B parameters",
                  "arXiv 2305.14314, abstract")),
          weights(
                  "bitnet",
                  "BitNet b1.58 ternary",
                  "Weights of -1, 0 and 1, packed to 2 bits. Works only for models trained this way;"
                      + " converting another model destroys it.",
                  new FlatFormat(
                      "bitnet-b1.58",
                      "BitNet b1.58, packed to 2 bits",
                      2.0,
                      "arXiv 2402.17764; log2(3) = 1.58 bits, packed four to a byte = 2 bits"),
                  of(
                      "3.55 times less memory, 2.71 times faster decode",
                      "3B parameters, trained so, against a 16-bit model of the same shape",
                      "arXiv 2402.17764, Table 1"),
                  of(
                      "8.9 times the throughput",
                      "70B shape, each at the largest batch that fits",
                      "arXiv 2402.17764, Table 3"))
              .unless(
                  Objections.unlessNamed(
                      "%s was not trained with ternary weights; these are the figures of a model of"
                          + " its shape that was.",
                      "bitnet", "b1.58", "b1_58")));

  private WeightKnobs() {}
}
