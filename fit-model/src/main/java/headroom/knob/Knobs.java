package headroom.knob;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every knob that papers and URLs can name. */
public final class Knobs {
  private static final List<Knob> ALL =
      Stream.of(
              WeightKnobs.ALL,
              NewerWeightKnobs.ALL,
              CacheKnobs.ALL,
              WindowKnobs.ALL,
              AttentionKnobs.ALL,
              ModelKnobs.ALL,
              DecodingKnobs.ALL,
              ServingKnobs.ALL,
              OffloadKnobs.ALL,
              TrainingKnobs.ALL)
          .flatMap(List::stream)
          .map(Knob.class::cast)
          .toList();

  private Knobs() {}

  /** All knobs, those of one {@link KnobKind} together. */
  public static List<Knob> all() {
    return ALL;
  }

  /** The knob of this slug; empty where none has it. */
  public static Optional<Knob> find(String slug) {
    return ALL.stream().filter(knob -> knob.slug().equals(slug)).findFirst();
  }
}
