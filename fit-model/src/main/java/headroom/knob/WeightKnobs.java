package headroom.knob;

import headroom.quant.FlatFormat;
import java.util.List;

/** Weight formats of papers, each with the arithmetic that leads to its bits. */
final class WeightKnobs {
  static final List<WeightKnob> ALL =
      List.of(
          new WeightKnob(
              "gptq",
              "GPTQ 4-bit, groups of 128",
              "Rounds weights column by column and corrects the columns that follow with"
                  + " second-order information; shown to keep accuracy at 3 to 4 bits up to 175B"
                  + " parameters (arXiv 2210.17323). Needs calibration text.",
              new FlatFormat(
                  "gptq-4bit-g128",
                  "GPTQ 4-bit g128",
                  4.15625,
                  "arXiv 2210.17323; 4 + 16/128 scale + 4/128 zero point = 4.15625 bits")),
          new WeightKnob(
              "awq",
              "AWQ 4-bit, groups of 128",
              "Scales up the channels that meet large activations before rounding to 4 bits; shown"
                  + " on instruction-tuned and multi-modal models, with kernels over three times"
                  + " as fast as FP16 (arXiv 2306.00978).",
              new FlatFormat(
                  "awq-4bit-g128",
                  "AWQ 4-bit g128",
                  4.15625,
                  "arXiv 2306.00978; 4 + 16/128 scale + 4/128 zero point = 4.15625 bits")),
          new WeightKnob(
              "spqr",
              "SpQR near-lossless",
              "Keeps sensitive weights apart in 16 bits and rounds the rest in groups of 16; under"
                  + " one per cent of perplexity lost on LLaMA and Falcon (arXiv 2306.03078).",
              new FlatFormat(
                  "spqr-4bit-g16",
                  "SpQR 4-bit g16",
                  4.63,
                  "arXiv 2306.03078, size formula of section 4: 4 + (3 + 3)/16 + 64/(16 × 16) ="
                      + " 4.625 bits and a trace of outliers")),
          new WeightKnob(
              "squeezellm",
              "SqueezeLLM 3-bit, 0.45 % sparse",
              "Rounds to 8 learned levels per row and keeps 0.45 % of the weights in 16 bits; shown"
                  + " on LLaMA models on an A6000 (arXiv 2306.07629).",
              new FlatFormat(
                  "squeezellm-3bit-s45",
                  "SqueezeLLM 3-bit 0.45 %",
                  3.25,
                  "arXiv 2306.07629; 3 + 0.0045 × (16 value + 32 index) + 8 × 16 levels / 4096 ="
                      + " 3.25 bits")),
          new WeightKnob(
              "aqlm",
              "AQLM 2-bit",
              "Stores groups of 8 weights as entries of learned codebooks, tuned block by block;"
                  + " shown on Llama 2 and Mixtral (arXiv 2401.06118). Making such a model takes"
                  + " long, and small models pay more for their codebooks.",
              new FlatFormat(
                  "aqlm-1x16-g8",
                  "AQLM 1x16 g8",
                  2.07,
                  "arXiv 2401.06118, Llama 2 70B; 16/8 = 2 bits and a 65536 × 8 codebook of F16 per"
                      + " matrix, 0.04 to 0.13 bits at that size")),
          new WeightKnob(
              "llm-int8",
              "LLM.int8()",
              "Multiplies in 8 bits except for a few outlier dimensions in 16; shown without loss"
                  + " up to 175B parameters (arXiv 2208.07339). Halves memory, seldom faster.",
              new FlatFormat(
                  "llm-int8",
                  "LLM.int8()",
                  8.01,
                  "arXiv 2208.07339; 8 + 32/4096 for one F32 scale per row = 8.01 bits")),
          new WeightKnob(
              "smoothquant",
              "SmoothQuant W8A8",
              "Moves outliers from activations into weights so that both fit 8 bits; up to 1.56"
                  + " times as fast as FP16 on data-centre GPUs (arXiv 2211.10438).",
              new FlatFormat(
                  "smoothquant-w8a8",
                  "SmoothQuant W8A8",
                  8.01,
                  "arXiv 2211.10438; 8 + 32/4096 for one F32 scale per output channel = 8.01"
                      + " bits")),
          new WeightKnob(
              "nf4",
              "NF4 with double quantisation",
              "Rounds weights to 16 levels spaced like a normal distribution; made for fine-tuning"
                  + " of frozen models and shown on LLaMA up to 65B (arXiv 2305.14314). Needs no"
                  + " calibration.",
              new FlatFormat(
                  "bnb-nf4-dq",
                  "NF4 double quantised",
                  4.127,
                  "arXiv 2305.14314, section 3; 4 + 8/64 + 32/(64 × 256) = 4.127 bits")),
          new WeightKnob(
              "bitnet",
              "BitNet b1.58 ternary",
              "Weights of -1, 0 and 1. Works only for models trained this way, shown from 700M to"
                  + " 3B parameters and 70B shapes (arXiv 2402.17764); converting another model"
                  + " destroys it.",
              new FlatFormat(
                  "bitnet-b1.58",
                  "BitNet b1.58, packed to 2 bits",
                  2.0,
                  "arXiv 2402.17764; log2(3) = 1.58 bits, packed four to a byte = 2 bits")),
          new WeightKnob(
              "nvfp4",
              "NVFP4",
              "4-bit floating point with a scale for every 16 weights; full speed needs a Blackwell"
                  + " GPU.",
              new FlatFormat(
                  "nvfp4",
                  "NVFP4",
                  4.5,
                  "definition of the format: 4 (E2M1) + 8/16 (E4M3 scale) = 4.5 bits, and one F32"
                      + " per tensor; arXiv 2509.23202")));

  private WeightKnobs() {}
}
