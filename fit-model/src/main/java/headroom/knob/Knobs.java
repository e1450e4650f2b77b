package headroom.knob;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every knob that papers and URLs can name. */
public final class Knobs {
  /** Heavy hitters and recent tokens together; the budget at which the H2O paper reports speed. */
  private static final double H2O_SHARE = 0.2;

  /** Attention sinks and recent tokens of the StreamingLLM paper's efficiency figures. */
  private static final int SINKS = 4;

  private static final int RECENT = 2044;

  private static final List<Knob> ALL =
      Stream.of(
              WeightKnobs.ALL.stream(),
              CacheKnobs.ALL.stream(),
              Stream.of(
                  new EvictionKnob(
                      "h2o",
                      "H2O, 20 % of the cache",
                      "Keeps a fifth of the tokens: the most recent and those that gathered most"
                          + " attention. Shown on OPT-6.7B and OPT-30B with 20 % heavy hitters"
                          + " (arXiv 2306.14048); what was evicted cannot be looked up again.",
                      context -> (int) Math.ceil(context * H2O_SHARE)),
                  new EvictionKnob(
                      "streaming-llm",
                      "StreamingLLM, 4 sinks + recent tokens",
                      "Keeps the first 4 tokens and the last 2044, so memory stays constant however"
                          + " long the session. Shown on Llama-2, MPT, Falcon and Pythia over 4"
                          + " million tokens (arXiv 2309.17453); everything between is forgotten.",
                      context -> Math.min(context, SINKS + RECENT)),
                  new FlashAttentionKnob(),
                  new SpeculationKnob()))
          .flatMap(knobs -> knobs)
          .map(Knob.class::cast)
          .toList();

  private Knobs() {}

  /** All knobs: weights, cache formats, eviction, attention, speculation. */
  public static List<Knob> all() {
    return ALL;
  }

  /** The knob of this slug; empty where none has it. */
  public static Optional<Knob> find(String slug) {
    return ALL.stream().filter(knob -> knob.slug().equals(slug)).findFirst();
  }
}
