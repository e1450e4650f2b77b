package headroom.knob;

import static headroom.knob.PaperFigure.of;
import static headroom.knob.PaperKnob.cache;

import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import headroom.model.AttentionSpec.GroupedQuery;
import java.util.List;
import java.util.Optional;

/** Cache formats of papers, each with the arithmetic that leads to its bits. */
final class CacheKnobs {
  /** 16 / 12.5: full multi-head attention, 0.1 perplexity lost. */
  private static final CacheFormat XQUANT =
      format("xquant-cl-2", 1.28, "arXiv 2508.10395, Figure 1: 16 / 12.5 = 1.28 bits");

  /** 16 / 6.7: grouped-query attention, where less is left to save. */
  private static final CacheFormat XQUANT_GROUPED =
      format("xquant-cl-gqa", 2.39, "arXiv 2508.10395, section 1: 16 / 6.7 = 2.39 bits");

  static final List<PaperKnob> ALL =
      List.of(
          cache(
              "kivi",
              "KIVI 2-bit cache",
              "Rounds keys per channel and values per token to 2 bits without tuning. The last 32"
                  + " tokens stay in 16 bits, which is not counted here.",
              format(
                  "kivi-2",
                  3.0,
                  "arXiv 2402.02750 and its example.py, groups of 32: 2 + (16 + 16)/32 = 3 bits"),
              of(
                  "2.6 times less peak memory, weights included",
                  "Llama, Falcon and Mistral, 2-bit cache against 16 bits",
                  "arXiv 2402.02750, abstract"),
              of(
                  "2.35 to 3.47 times the throughput",
                  "batches up to 4 times as large in the same memory",
                  "arXiv 2402.02750, abstract")),
          cache(
              "kvquant",
              "KVQuant 3-bit cache, 1 % outliers",
              "Rounds keys before the rotary embedding to uneven 3-bit levels and keeps 1 % of"
                  + " outliers. Needs calibration.",
              format(
                  "kvquant-nuq3-1p",
                  3.33,
                  "arXiv 2401.18079, passkey table: 3.33 bits on average, 4.8 times less than 16; 3"
                      + " + 0.01 × (16 value + 16 index) = 3.32 and levels"),
              of(
                  "less than 0.1 perplexity lost at 3 bits",
                  "LLaMA, Llama-2, Llama-3 and Mistral, WikiText-2 and C4",
                  "arXiv 2401.18079, abstract"),
              of(
                  "1 million tokens of context on one GPU",
                  "LLaMA-7B, one card of 80 GB",
                  "arXiv 2401.18079, abstract",
                  "A100"),
              of(
                  "matrix-vector products up to 1.7 times as fast as 16 bits",
                  "LLaMA-7B, kernels of the authors",
                  "arXiv 2401.18079, abstract")),
          cache(
              "kvtuner",
              "KVTuner, 3.25 bits on average",
              "Finds for every layer how many bits its keys and values need, offline. Scales are not"
                  + " counted.",
              format("kvtuner-3.25", 3.25, "arXiv 2502.04420, abstract: 3.25 bits on average"),
              of(
                  "nearly nothing lost at 3.25 bits",
                  "Llama-3.1-8B-Instruct, mathematical reasoning; Qwen2.5-7B-Instruct needs 4.0",
                  "arXiv 2502.04420, abstract"),
              of(
                  "up to 21.25 % more throughput than an 8-bit cache",
                  "against KIVI-KV8, various contexts", "arXiv 2502.04420, abstract")),
          cache(
              "turboquant",
              "TurboQuant 3.5-bit cache",
              "Rotates vectors at random and rounds each coordinate with a fixed quantiser; needs no"
                  + " calibration.",
              format("turboquant-3.5", 3.5, "arXiv 2504.19874, abstract: 3.5 bits per channel"),
              of(
                  "LongBench score 50.06 at 3.5 bits, as at 16",
                  "Llama-3.1-8B-Instruct; KIVI at 3 bits: 48.50",
                  "arXiv 2504.19874, Table 1",
                  "A100"),
              of(
                  "a small loss at 2.5 bits",
                  "quality against the 16-bit cache",
                  "arXiv 2504.19874, abstract")),
          cache(
              "saw-int4",
              "SAW-INT4 cache",
              "Rotates blocks with a Hadamard matrix and rounds token by token to 4 bits, made for"
                  + " paged serving.",
              format(
                  "saw-int4",
                  4.25,
                  "arXiv 2604.19157; 4 + (16 scale + 16 zero)/128, a 16-bit pair per token and head"
                      + " of 128 assumed = 4.25 bits"),
              of(
                  "4 bits at nearly no loss",
                  "token by token with block-diagonal rotation, several models and benchmarks",
                  "arXiv 2604.19157, abstract")),
          cache(
              "oscar",
              "OSCAR 2-bit cache",
              "Rotations fitted offline to what attention reads make 2 bits usable for long traces of"
                  + " reasoning.",
              format(
                  "oscar-2",
                  2.28,
                  "arXiv 2605.17757; 2.28 bits per element by"
                      + " https://futuremls.org/projects/oscar.html"),
              of(
                  "1.42 points below BF16",
                  "Qwen3-8B, five tasks, traces of up to 32k tokens; Qwen3-4B-Thinking: 3.78",
                  "arXiv 2605.17757, abstract")),
          cache(
              "deltakv",
              "DeltaKV, 29 % of the cache",
              "Keeps most tokens as differences from similar ones far back. Needs its own engine"
                  + " (Sparse-vLLM).",
              format("deltakv", 4.64, "arXiv 2602.08005, abstract: 29 % of 16 bits = 4.64 bits"),
              of(
                  "29 % of the cache remains at nearly no loss",
                  "LongBench, SCBench and AIME", "arXiv 2602.08005, abstract"),
              of(
                  "up to 2 times the throughput of vLLM",
                  "Sparse-vLLM, long contexts",
                  "arXiv 2602.08005, abstract")),
          cache(
                  "xquant",
                  "XQuant-CL, activations instead of keys and values",
                  "Stores each layer's input as a difference from the layer before and computes keys and"
                      + " values anew, which costs arithmetic that the speed here does not count.",
                  XQUANT,
                  of(
                      "12.5 times less cache at 0.1 perplexity lost, 10 times at 0.01",
                      "Llama-2-7B, WikiText-2, against 16 bits",
                      "arXiv 2508.10395, Figure 1"),
                  of(
                      "6.7 times less cache at about 0.1 perplexity lost",
                      "models with grouped-query attention",
                      "arXiv 2508.10395, section 1"))
              .then(
                  question ->
                      groups(question)
                          ? question.withCache(XQUANT_GROUPED, XQUANT_GROUPED)
                          : question));

  private CacheKnobs() {}

  private static boolean groups(FitQuestion question) {
    return Objections.any(
        question.model(),
        attention -> attention instanceof GroupedQuery heads && heads.kvHeads() < heads.heads());
  }

  private static CacheFormat format(String id, double bits, String source) {
    return new CacheFormat(id, bits, Optional.empty(), source);
  }
}
