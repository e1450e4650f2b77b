package headroom.inference.architecture;

import headroom.inference.kernel.AttentionShape;

/**
 * Which layers see only the last tokens: all but each {@code period}-th, or all where it is 0.
 *
 * @param tokens a local layer sees, the query's own included
 * @param period layers from one that sees everything to the next
 */
record SlidingWindow(int tokens, int period) {
  /**
   * The period that the file states, else the architecture's own; a list of layers is not asked, as
   * in llama.cpp ({@code get_key_or_arr} of llama-model-loader.cpp), whose files repeat the period
   * with it.
   */
  static SlidingWindow of(ModelReader in, int tokens, int period) {
    String key = "attention.sliding_window_pattern";
    return new SlidingWindow(tokens, in.isSingle(key) ? in.findCount(key).orElse(0) : period);
  }

  boolean isLocal(int layer) {
    return period == 0 || layer % period < period - 1;
  }

  AttentionShape shape(AttentionShape global, int layer) {
    return isLocal(layer) ? global.within(tokens) : global;
  }
}
