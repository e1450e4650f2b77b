package headroom.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which layers of an architecture see a window only: {@code load_arch_hparams} of each file in <a
 * href="https://github.com/ggml-org/llama.cpp/tree/3f545bec/src/models">src/models</a> and {@code
 * set_swa_pattern} of llama-hparams.cpp. An architecture that is not here attends fully, whatever
 * its file says: so does llama.cpp.
 */
final class SlidingWindowRules {
  private static final String WINDOW = "attention.sliding_window";
  private static final String PATTERN = "attention.sliding_window_pattern";

  /**
   * @param period layers per repetition, of which one is full; empty where the file must list them
   * @param fullFirst true where the full layer opens each repetition, false where it closes it
   * @param window tokens where the file does not say; empty where it then has none
   */
  private record Rule(OptionalInt period, boolean fullFirst, OptionalInt window) {}

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          Map.entry("afmoe", every(4)),
          Map.entry("cohere2", every(4)),
          Map.entry("cohere2moe", everyFullFirst(4)),
          Map.entry("dots3note", listed()),
          Map.entry("exaone4", every(4, 4096)),
          Map.entry("exaone-moe", every(4, 128)),
          Map.entry("gemma2", every(2, 4096)),
          Map.entry("gemma3", every(6)),
          Map.entry("gemma3n", every(5)),
          Map.entry("gemma4", listed()),
          Map.entry("gpt-oss", every(2)),
          Map.entry("granite-swa", listed()),
          Map.entry("laguna", everyFullFirst(4)),
          Map.entry("llama4", every(4, 8192)),
          Map.entry("mellum", every(4)),
          Map.entry("mimo2", listed()),
          Map.entry("muse-glimmer", every(4)),
          Map.entry("olmo2", every(4)),
          Map.entry("plamo3", every(8)),
          Map.entry("smallthinker", everyFullFirst(4)),
          Map.entry("step35", listed()),
          // Every layer that is no short convolution: period 0 slides everywhere.
          Map.entry("lfm2", every(0)),
          Map.entry("lfm2moe", every(0)));

  /** EXAONE 4 slides in its 32B form only, which has this many layers (exaone4.cpp). */
  private static final int EXAONE4_SLIDING_LAYERS = 64;

  private final OptionalInt window;
  private final boolean[] slides;

  private SlidingWindowRules(OptionalInt window, boolean[] slides) {
    this.window = window;
    this.slides = slides;
  }

  static SlidingWindowRules of(ArchitectureKeys keys, int layers) {
    Rule rule = RULES.get(keys.architecture());
    boolean[] slides = new boolean[layers];
    if (rule == null
        || (keys.architecture().equals("exaone4") && layers != EXAONE4_SLIDING_LAYERS)) {
      return new SlidingWindowRules(OptionalInt.empty(), slides);
    }
    OptionalInt window = window(keys, rule);
    if (window.isEmpty() || window.getAsInt() == 0) {
      return new SlidingWindowRules(OptionalInt.empty(), slides);
    }
    Optional<List<Long>> listed = keys.findPerLayer(PATTERN, layers);
    if (listed.isPresent()) {
      for (int i = 0; i < layers; i++) {
        slides[i] = listed.get().get(i) != 0;
      }
      return new SlidingWindowRules(window, slides);
    }
    OptionalInt stated = keys.findInt(PATTERN);
    if (rule.period().isEmpty() && stated.isEmpty()) {
      throw keys.fault(
          "found no key '%s'; wanted it to list the sliding layers".formatted(keys.key(PATTERN)));
    }
    for (int i = 0; i < layers; i++) {
      slides[i] =
          rule.period().isEmpty()
              ? stated.getAsInt() != 0
              : slides(i, stated.orElse(rule.period().getAsInt()), rule.fullFirst());
    }
    return new SlidingWindowRules(window, slides);
  }

  /** Tokens that this layer sees; empty where it sees all. */
  OptionalInt windowOf(int layer) {
    return slides[layer] ? window : OptionalInt.empty();
  }

  private static OptionalInt window(ArchitectureKeys keys, Rule rule) {
    OptionalInt stated = keys.findInt(WINDOW);
    // llama4.cpp and smallthinker.cpp put their own figure over any that is not 0.
    if (keys.architecture().equals("llama4") && (stated.isEmpty() || stated.getAsInt() != 0)) {
      return rule.window();
    }
    if (keys.architecture().equals("smallthinker") && stated.orElse(0) > 0) {
      return OptionalInt.of(4096);
    }
    return stated.isPresent() ? stated : rule.window();
  }

  private static boolean slides(int layer, int period, boolean fullFirst) {
    if (period == 0) {
      return true;
    }
    return fullFirst ? layer % period != 0 : layer % period < period - 1;
  }

  private static Rule every(int period) {
    return new Rule(OptionalInt.of(period), false, OptionalInt.empty());
  }

  private static Rule every(int period, int window) {
    return new Rule(OptionalInt.of(period), false, OptionalInt.of(window));
  }

  private static Rule everyFullFirst(int period) {
    return new Rule(OptionalInt.of(period), true, OptionalInt.empty());
  }

  private static Rule listed() {
    return new Rule(OptionalInt.empty(), false, OptionalInt.empty());
  }
}
