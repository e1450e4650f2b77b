package headroom.accuracy;

import headroom.catalogue.TomlFolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a prediction and its log disagree, where that was found out.
 *
 * @param id of the case
 * @param quantity of which the case speaks, as {@link Comparison#quantity()} has it
 * @param why in whole sentences
 * @param sources where that can be read, at least one
 */
public record KnownMiss(String id, String quantity, String why, List<String> sources) {
  /** Errors up to this much need no reason: it is what logs round to. */
  private static final double SMALL = 0.001;

  private static final class Files {
    private static final Map<String, KnownMiss> BY_CASE =
        new TomlFolder(KnownMiss.class, "headroom/misses").read(KnownMiss.class);
  }

  public KnownMiss {
    sources = List.copyOf(sources);
    if (why.isBlank() || sources.isEmpty()) {
      throw new IllegalArgumentException(
          "miss of '%s' has %s; wanted why and at least one source"
              .formatted(id, why.isBlank() ? "no why" : "no sources"));
    }
  }

  /** Of this comparison of this case; empty where it agrees or nobody knows. */
  public static Optional<KnownMiss> of(String caseId, Comparison comparison) {
    return Math.abs(comparison.error()) <= SMALL
        ? Optional.empty()
        : Optional.ofNullable(Files.BY_CASE.get(caseId))
            .filter(miss -> miss.quantity().equals(comparison.quantity()));
  }

  /** Every one, in order of cases. */
  static List<KnownMiss> all() {
    return List.copyOf(Files.BY_CASE.values());
  }
}
