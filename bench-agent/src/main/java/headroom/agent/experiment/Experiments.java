package headroom.agent.experiment;

import headroom.quant.GgufMix;
import java.util.List;
import java.util.Optional;

/** All that can be tried. */
public final class Experiments {
  /** In the order in which they are listed. */
  public static final List<Experiment> ALL =
      List.of(
          new Experiment(
              "int8-weights",
              "Weights in 8 bits",
              "2208.07339",
              WeightTrials.formats(GgufMix.Q8_0)),
          new Experiment(
              "int4-weights",
              "Weights in 4 bits, without and with super-blocks",
              "2210.17323",
              WeightTrials.formats(GgufMix.Q4_0, GgufMix.Q4_K_M)),
          new Experiment(
              "kv-8-bit", "Keys and values in 8 bits", "2401.18079", CacheTrials.formats("q8_0")),
          new Experiment(
              "kv-4-bit",
              "Keys and values in 5 and 4 bits",
              "2401.18079",
              CacheTrials.formats("q5_1", "q4_0", "q8_0,q4_0")),
          new Experiment(
              "kivi",
              "Keys by channel and values by token in 2 bits, the newest whole",
              "2402.02750",
              CacheTrials.formats("q4_0", "kivi-2:32", "kivi-2:128")),
          new Experiment(
              "streaming-llm",
              "Only the first and the newest tokens stay",
              "2309.17453",
              CacheTrials::streamingLlm),
          new Experiment(
              "h2o",
              "Only the most attended and the newest tokens stay",
              "2306.14048",
              CacheTrials::heavyHitters),
          new Experiment(
              "sliding-window",
              "Layers that see a window keep no more than that",
              "2310.06825",
              CacheTrials::slidingWindow),
          new Experiment(
              "prompt-cache",
              "A prompt's keys and values come from a file",
              "2311.04934",
              PrefixTrials::promptCache),
          new Experiment(
              "shared-prefix",
              "What prompts have in common is computed once",
              "2402.05099",
              PrefixTrials::sharedPrefix),
          new Experiment(
              "speculative-sampling",
              "A smaller model guesses, the model checks several guesses at once",
              "2302.01318",
              DraftTrials::smallModel),
          new Experiment(
              "lookup-decoding",
              "What followed before is guessed to follow again",
              "2304.04487",
              DraftTrials::lookup),
          new Experiment(
              "specinfer",
              "Several guesses are checked at once, as a tree",
              "2305.09781",
              DraftTrials::tree),
          new Experiment(
              "continuous-batching",
              "Answers go through the network together",
              "2309.06180",
              ServingTrials::continuousBatching),
          new Experiment(
              "chunked-prefills",
              "Long prompts come in pieces, so that other answers go on",
              "2308.16369",
              ServingTrials::chunkedPrefill),
          new Experiment(
              "active-experts",
              "Fewer experts of a mixture serve each token",
              "2401.04088",
              ExpertTrials::fewer));

  private Experiments() {}

  /** The experiment of this name. */
  public static Optional<Experiment> find(String slug) {
    return ALL.stream().filter(experiment -> experiment.slug().equals(slug)).findFirst();
  }
}
