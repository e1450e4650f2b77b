package headroom.knob;

import headroom.kv.CacheFormat;
import java.util.List;
import java.util.Optional;

/** Cache formats of papers, each with the arithmetic that leads to its bits. */
final class CacheKnobs {
  static final List<CacheKnob> ALL =
      List.of(
          new CacheKnob(
              "kivi",
              "KIVI 2-bit cache",
              "Rounds keys per channel and values per token to 2 bits without tuning; shown on"
                  + " Llama, Falcon and Mistral (arXiv 2402.02750). The last 32 tokens stay in 16"
                  + " bits, which is not counted here.",
              format(
                  "kivi-2",
                  3.0,
                  "arXiv 2402.02750 and its example.py, groups of 32: 2 + (16 + 16)/32 = 3 bits")),
          new CacheKnob(
              "kvquant",
              "KVQuant 3-bit cache, 1 % outliers",
              "Rounds keys before the rotary embedding to uneven 3-bit levels and keeps 1 % of"
                  + " outliers; less than 0.1 perplexity lost on LLaMA, Llama-2, Llama-3 and Mistral"
                  + " (arXiv 2401.18079). Needs calibration.",
              format(
                  "kvquant-nuq3-1p",
                  3.32,
                  "arXiv 2401.18079; 3 + 0.01 × (16 value + 16 index) = 3.32 bits")),
          new CacheKnob(
              "turboquant",
              "TurboQuant 3.5-bit cache",
              "Rotates vectors at random and rounds each coordinate with a fixed quantiser; same"
                  + " LongBench score as 16 bits on Llama-3.1-8B (arXiv 2504.19874, Table 1).",
              format("turboquant-3.5", 3.5, "arXiv 2504.19874, abstract: 3.5 bits per channel")),
          new CacheKnob(
              "saw-int4",
              "SAW-INT4 cache",
              "Rotates blocks with a Hadamard matrix and rounds token by token to 4 bits, made for"
                  + " paged serving; close to lossless on the models shown (arXiv 2604.19157).",
              format(
                  "saw-int4",
                  4.25,
                  "arXiv 2604.19157; 4 + (16 scale + 16 zero)/128, a 16-bit pair per token and head"
                      + " of 128 assumed = 4.25 bits")),
          new CacheKnob(
              "oscar",
              "OSCAR 2-bit cache",
              "Rotations fitted offline to what attention reads make 2 bits usable; gap to BF16 of"
                  + " 3.78 points on Qwen3-4B-Thinking and 1.42 on Qwen3-8B over traces of 32k"
                  + " tokens (arXiv 2605.17757).",
              format(
                  "oscar-2",
                  2.28,
                  "arXiv 2605.17757; 2.28 bits per element by"
                      + " https://futuremls.org/projects/oscar.html")));

  private CacheKnobs() {}

  private static CacheFormat format(String id, double bits, String source) {
    return new CacheFormat(id, bits, Optional.empty(), source);
  }
}
