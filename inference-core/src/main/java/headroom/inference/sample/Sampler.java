package headroom.inference.sample;

/** Chooses the next token. */
@FunctionalInterface
public interface Sampler {
  /**
   * A token id from the logits [vocabulary], which it may overwrite.
   *
   * @throws IllegalArgumentException where no logit is a number
   */
  int sample(float[] logits);
}
