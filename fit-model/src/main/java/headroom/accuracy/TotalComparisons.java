package headroom.accuracy;

import static headroom.accuracy.MemoryComparisons.TOTAL;

import headroom.fit.Engine;
import headroom.kv.CacheFormat;
import headroom.measure.CaseRow;
import headroom.units.Bytes;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Everything on the cards as predicted beside what one log says of all of it. */
final class TotalComparisons {
  private static final double MIB = Bytes.ofMiB(1).value();

  /** Of 80 marketed GiB CUDA shows 79.22, of 24 it shows 23.58. */
  private static final double SHOWN_BY_CUDA = 0.985;

  private static final Pattern GIB = Pattern.compile("([\\d.]+) GiB");
  private static final Pattern GB = Pattern.compile("(\\d+) ?GB");

  private final LoggedRun run;
  private final MemoryComparisons comparisons;

  /**
   * @param run the log
   * @param comparisons that are added to
   */
  TotalComparisons(LoggedRun run, MemoryComparisons comparisons) {
    this.run = run;
    this.comparisons = comparisons;
  }

  /** Tables of all of it by storage of the cache. */
  void byCache(PredictedMemory memory) {
    run.expected()
        .totals()
        .forEach(
            (name, mib) -> {
              String[] formats = name.split("_", 2);
              Optional<CacheFormat> keys = NamedCache.find(formats[0]);
              Optional<CacheFormat> values = NamedCache.find(formats[formats.length - 1]);
              if (keys.isPresent() && values.isPresent()) {
                comparisons.add(TOTAL, memory.withCache(keys.get(), values.get()).onCards(), mib);
              }
            });
  }

  /** What vLLM filled of its budget. */
  void budget(PredictedMemory memory) {
    OptionalDouble budget = budgetMib();
    if (budget.isEmpty() || !(memory.question().engine() instanceof Engine.Vllm)) {
      return;
    }
    OptionalDouble cache = run.expected().cacheBudget();
    if (run.expected().cacheTokens().isPresent()) {
      comparisons.add(TOTAL, memory.onCards(), budget);
    } else if (cache.isPresent()) {
      comparisons.add(TOTAL, memory.onCards() - memory.cache() + cache.getAsDouble() * MIB, budget);
    }
  }

  /** Its share of all that the card has. */
  private OptionalDouble budgetMib() {
    CaseRow row = run.row();
    double share = row.number("gpu_memory_utilization").orElse(0);
    String backend = row.text("backend").orElse("");
    Matcher stated = GIB.matcher(backend);
    Matcher nominal = GB.matcher(backend);
    double card = run.expected().card().orElse(0);
    if (card == 0 && stated.find()) {
      card = Double.parseDouble(stated.group(1)) * 1024;
    } else if (card == 0 && nominal.find()) {
      card = Integer.parseInt(nominal.group(1)) * 1024 * SHOWN_BY_CUDA;
    }
    return share * card > 0 ? OptionalDouble.of(share * card) : OptionalDouble.empty();
  }
}
