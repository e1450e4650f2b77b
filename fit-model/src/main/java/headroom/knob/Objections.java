package headroom.knob;

import headroom.fit.FitQuestion;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** What can stand against a technique, in the words of a note. */
final class Objections {
  private Objections() {}

  static Optional<String> none(FitQuestion question) {
    return Optional.empty();
  }

  /** Cache schemes are made for keys and values, which latent and recurrent layers do not keep. */
  static Optional<String> noKeysAndValues(FitQuestion question) {
    ModelSpec model = question.model();
    if (any(model, AttentionSpec.LatentAttention.class::isInstance)) {
      return Optional.of(
          "%s caches latents, for which the paper shows nothing; computed as if they could be"
                  .formatted(model.name())
              + " treated like keys. Take the cache format of an engine that runs this model.");
    }
    if (!any(model, Objections::keepsKeys)) {
      return Optional.of(
          "%s keeps no keys and values, so nothing changes.".formatted(model.name()));
    }
    return Optional.empty();
  }

  /** Arithmetic in a format needs a GPU generation, by NVIDIA's compute capability. */
  static Function<FitQuestion, Optional<String>> below(double capability, String generation) {
    return question -> {
      String name = question.device().name();
      if (question.device().computeCapability().isEmpty()) {
        return Optional.of(
            "computing in this format is shown on NVIDIA GPUs from %s on; on %s the weights would be"
                    .formatted(generation, name)
                + " unpacked first, where an engine can do that at all.");
      }
      double has = question.device().computeCapability().getAsDouble();
      return has >= capability
          ? Optional.empty()
          : Optional.of(
              "computing in this format needs %s (compute capability %s); %s has %s, so weights are"
                      .formatted(generation, capability, name, has)
                  + " unpacked to 16 bits and prompts gain nothing.");
    };
  }

  /** Shown for models of these names only. */
  static Function<FitQuestion, Optional<String>> unlessNamed(String sentence, String... names) {
    return question -> {
      String id = question.model().id().toLowerCase(Locale.ROOT);
      for (String name : names) {
        if (id.contains(name)) {
          return Optional.empty();
        }
      }
      return Optional.of(sentence.formatted(question.model().name()));
    };
  }

  /** Two objections, the first that holds. */
  static Function<FitQuestion, Optional<String>> either(
      Function<FitQuestion, Optional<String>> first,
      Function<FitQuestion, Optional<String>> second) {
    return question -> first.apply(question).or(() -> second.apply(question));
  }

  static boolean any(ModelSpec model, Predicate<AttentionSpec> wanted) {
    return model.layers().stream().map(LayerSpec::attention).anyMatch(wanted);
  }

  private static boolean keepsKeys(AttentionSpec attention) {
    return attention instanceof AttentionSpec.GroupedQuery
        || attention instanceof AttentionSpec.SlidingWindow;
  }
}
