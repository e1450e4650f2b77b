package headroom.web.fit;

import headroom.fit.FitQuestion;
import headroom.knob.Knob;

/** What a knob changes in a question; of all groups but attention one knob at a time has effect. */
enum KnobGroup {
  WEIGHTS("Weights", "One at a time; takes the place of the weight format above."),
  CACHE_FORMAT("Cache format", "One at a time; takes the place of the cache format above."),
  CACHE_WINDOW("Cache eviction", "One at a time; keeps only some tokens."),
  ATTENTION("Attention", "How attention is computed."),
  DECODING("Decoding", "How tokens are generated.");

  private final String label;
  private final String help;

  KnobGroup(String label, String help) {
    this.label = label;
    this.help = help;
  }

  /** Finds out by turning the knob on a question that has none of the techniques. */
  static KnobGroup of(Knob knob, FitQuestion plain) {
    FitQuestion before = plain.withFlashAttention(false);
    FitQuestion after = knob.turn(before);
    if (!after.weights().equals(before.weights())) {
      return WEIGHTS;
    }
    if (!after.cacheWindow().equals(before.cacheWindow())) {
      return CACHE_WINDOW;
    }
    if (!after.keyFormat().equals(before.keyFormat())
        || !after.valueFormat().equals(before.valueFormat())) {
      return CACHE_FORMAT;
    }
    return after.speculation().equals(before.speculation()) ? ATTENTION : DECODING;
  }

  String label() {
    return label;
  }

  String help() {
    return help;
  }

  /** The name for HTML ids: {@code cache-format}. */
  String slug() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
