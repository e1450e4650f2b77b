package headroom.accuracy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Predictions beside reality.
 *
 * @param quantities what was compared, in the order to show it
 * @param cases what could be predicted
 * @param skipped what could not
 */
public record AccuracyReport(
    List<String> quantities, List<GradedCase> cases, List<SkippedCase> skipped) {

  /**
   * @param id of the case
   * @param tier how far its measurement is to be trusted ({@code A}, {@code B}, {@code C}); empty
   *     for memory
   * @param group class of devices whose constants predicted it, for example {@code cuda}; empty for
   *     memory
   * @param comparisons at least one
   */
  public record GradedCase(
      String id, Optional<String> tier, Optional<String> group, List<Comparison> comparisons) {
    public GradedCase {
      comparisons = List.copyOf(comparisons);
    }
  }

  /**
   * @param id of the case
   * @param reason what was missing
   */
  public record SkippedCase(String id, String reason) {}

  public AccuracyReport {
    quantities = List.copyOf(quantities);
    cases = List.copyOf(cases);
    skipped = List.copyOf(skipped);
  }

  /** A summary of each quantity that was compared. */
  public Map<String, Summary> summary() {
    return summary(_ -> true);
  }

  /** The same over the cases of one tier. */
  public Map<String, Summary> summaryOf(String tier) {
    return summary(one -> one.tier().filter(tier::equals).isPresent());
  }

  /** Tiers that cases have, in order. */
  public List<String> tiers() {
    return cases.stream().flatMap(one -> one.tier().stream()).distinct().sorted().toList();
  }

  /** The same over the cases of one tier and one class of devices. */
  public Map<String, Summary> summaryOf(String tier, String group) {
    return summary(
        one ->
            one.tier().filter(tier::equals).isPresent()
                && one.group().filter(group::equals).isPresent());
  }

  /** Classes of devices that the cases of a tier have, in order. */
  public List<String> groups(String tier) {
    return cases.stream()
        .filter(one -> one.tier().filter(tier::equals).isPresent())
        .flatMap(one -> one.group().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private Map<String, Summary> summary(Predicate<GradedCase> chosen) {
    Map<String, Summary> summaries = new LinkedHashMap<>();
    for (String quantity : quantities) {
      List<Comparison> all =
          cases.stream()
              .filter(chosen)
              .flatMap(one -> one.comparisons().stream())
              .filter(comparison -> comparison.quantity().equals(quantity))
              .toList();
      if (!all.isEmpty()) {
        summaries.put(quantity, Summary.of(all));
      }
    }
    return summaries;
  }
}
