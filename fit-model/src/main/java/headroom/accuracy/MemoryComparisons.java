package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.measure.CaseRow;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is predicted of one case beside what its log says, in the order in which it was compared.
 */
final class MemoryComparisons {
  static final String WEIGHTS = "weights";
  static final String KV = "kv";
  static final String COMPUTE = "compute";
  static final String TOTAL = "total";

  private static final double MIB = Bytes.ofMiB(1).value();

  private final List<Comparison> all = new ArrayList<>();

  /** Compares where the log says something. */
  void add(String quantity, double bytes, OptionalDouble expectedMib) {
    expectedMib.ifPresent(mib -> add(quantity, bytes, mib));
  }

  void add(String quantity, double bytes, double expectedMib) {
    if (expectedMib > 0) {
      all.add(Comparison.memory(quantity, bytes / MIB, expectedMib));
    }
  }

  /** The device's whole load where all its parts are compared. */
  void addSumOfParts() {
    if (all.stream().map(Comparison::quantity).toList().equals(List.of(WEIGHTS, KV, COMPUTE))) {
      all.add(
          Comparison.memory(
              TOTAL,
              all.stream().mapToDouble(Comparison::predicted).sum(),
              all.stream().mapToDouble(Comparison::expected).sum()));
    }
  }

  /** The case with its comparisons; empty where there are none. */
  Optional<GradedCase> graded(CaseRow row) {
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(new GradedCase(row.id(), Optional.empty(), Optional.empty(), all));
  }
}
