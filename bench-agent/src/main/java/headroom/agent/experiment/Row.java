package headroom.agent.experiment;

import headroom.inference.evaluation.Perplexity;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One way of running the model, measured; what was not measured is absent.
 *
 * @param name of the way
 * @param prefill tokens of a prompt per second
 * @param decode generated tokens per second, of all answers together
 * @param cacheBytes of keys and values
 * @param weightBytes of the model's file
 * @param quality perplexity, and divergence from the model without the technique
 * @param note anything else worth knowing
 */
public record Row(
    String name,
    Optional<Rate> prefill,
    Optional<Rate> decode,
    OptionalLong cacheBytes,
    OptionalLong weightBytes,
    Optional<Perplexity> quality,
    String note) {

  static Row named(String name) {
    return new Row(
        name,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        "");
  }

  Row prefill(Rate perSecond) {
    return new Row(name, Optional.of(perSecond), decode, cacheBytes, weightBytes, quality, note);
  }

  Row decode(Rate perSecond) {
    return new Row(name, prefill, Optional.of(perSecond), cacheBytes, weightBytes, quality, note);
  }

  Row cache(long bytes) {
    return new Row(name, prefill, decode, OptionalLong.of(bytes), weightBytes, quality, note);
  }

  Row weights(long bytes) {
    return new Row(name, prefill, decode, cacheBytes, OptionalLong.of(bytes), quality, note);
  }

  Row quality(Perplexity perplexity) {
    return new Row(name, prefill, decode, cacheBytes, weightBytes, Optional.of(perplexity), note);
  }

  Row note(String text) {
    return new Row(name, prefill, decode, cacheBytes, weightBytes, quality, text);
  }
}
