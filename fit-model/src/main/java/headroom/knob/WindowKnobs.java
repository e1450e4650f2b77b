package headroom.knob;

import static headroom.knob.PaperFigure.of;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** Eviction schemes: only some of each sequence's tokens stay in the cache. */
final class WindowKnobs {
  /** Heavy hitters and recent tokens together; the budget at which the H2O paper reports speed. */
  private static final double H2O_SHARE = 0.2;

  /** Attention sinks and recent tokens of the StreamingLLM paper's efficiency figures. */
  private static final int SINKS = 4;

  private static final int RECENT = 2044;

  static final List<PaperKnob> ALL =
      List.of(
          window(
                  "h2o",
                  "H2O, 20 % of the cache",
                  "Keeps a fifth of the tokens: the most recent and those that gathered most attention."
                      + " What was evicted cannot be looked up again.",
                  context -> (int) Math.ceil(context * H2O_SHARE),
                  of(
                      "up to 29 times the throughput of DeepSpeed ZeRO-Inference and Accelerate, 3 times"
                          + " FlexGen's",
                      "OPT-6.7B and OPT-30B, weights offloaded, 20 % heavy hitters",
                      "arXiv 2306.14048, abstract",
                      "T4",
                      "A100"),
                  of(
                      "latency up to 1.9 times lower at the same batch",
                      "20 % heavy hitters",
                      "arXiv 2306.14048, abstract"))
              .citing("arXiv 2306.14048: a fifth of the tokens kept"),
          window(
                  "streaming-llm",
                  "StreamingLLM, 4 sinks + recent tokens",
                  "Keeps the first 4 tokens and the last 2044, so memory stays constant however long the"
                      + " session. Everything between is forgotten.",
                  context -> Math.min(context, SINKS + RECENT),
                  of(
                      "stable over 4 million tokens and more",
                      "Llama-2, MPT, Falcon and Pythia without fine-tuning",
                      "arXiv 2309.17453, abstract"),
                  of(
                      "up to 22.2 times as fast",
                      "against a sliding window that is computed anew for each token",
                      "arXiv 2309.17453, abstract"))
              .citing("arXiv 2309.17453: 4 first and 2044 last tokens kept"));

  private WindowKnobs() {}

  private static PaperKnob window(
      String slug,
      String label,
      String explanation,
      IntUnaryOperator kept,
      PaperFigure... figures) {
    return new PaperKnob(
        slug,
        label,
        explanation,
        KnobKind.CACHE_WINDOW,
        List.of(figures),
        question ->
            question.withCacheWindow(Math.max(1, kept.applyAsInt(question.contextPerSequence()))),
        Objections::noKeysAndValues);
  }
}
