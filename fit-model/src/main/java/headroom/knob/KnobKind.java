package headroom.knob;

/** What a knob changes. */
public enum KnobKind {
  WEIGHTS("Weights", "One at a time; takes the place of the weight format.", true),
  CACHE_FORMAT("Cache format", "One at a time; takes the place of the cache format.", true),
  CACHE_WINDOW("Cache eviction", "One at a time; keeps only some tokens.", true),
  ATTENTION(
      "Attention", "How attention is computed, or what it would be after a conversion.", false),
  MODEL("Feed-forward network", "What the rest of the model would be after a conversion.", false),
  DECODING("Decoding", "One at a time; how tokens are generated.", true),
  SERVING("Serving", "How many sequences share one device.", false),
  OFFLOAD("Offload", "One at a time; what lies outside the device's memory.", true),
  TRAINING("Fine-tuning", "Answers whether training fits instead of inference.", true);

  private final String label;
  private final String help;
  private final boolean single;

  KnobKind(String label, String help, boolean single) {
    this.label = label;
    this.help = help;
    this.single = single;
  }

  /** For people: {@code Cache format}. */
  public String label() {
    return label;
  }

  /** What the knobs of this kind have in common, in a sentence. */
  public String help() {
    return help;
  }

  /** True where a second knob of this kind undoes the first. */
  public boolean isSingle() {
    return single;
  }
}
