package headroom.advise;

import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How long the context may become, for each storage of the cache.
 *
 * @param rows one for each cache format, in the order asked
 */
public record LongestContext(List<Row> rows) {
  /** llama.cpp pads the context to multiples of this, so the answer is exact to it. */
  public static final int STEP = 256;

  /** Where a model's own maximum is not known, no longer context is tried. */
  private static final int LONGEST_TRIED = 1 << 20;

  public LongestContext {
    rows = List.copyOf(rows);
  }

  /**
   * One storage.
   *
   * @param keyFormat of keys
   * @param valueFormat of values
   * @param tokens per sequence; empty where not even {@link #STEP} will do
   * @param limit what ends it
   * @param longest the answer at that context, or at {@link #STEP} where there is none
   * @param beyond the first context that will not do; empty where the model ends first
   */
  public record Row(
      CacheFormat keyFormat,
      CacheFormat valueFormat,
      OptionalInt tokens,
      Limit limit,
      Trial longest,
      Optional<Trial> beyond) {}

  /** What ends a context. */
  public enum Limit {
    /** The model was trained for no more. */
    MODEL,
    /** One step more does not fit. */
    MEMORY,
    /** One step more is slower than wanted. */
    SPEED,
    /** Nobody knows more of the model or the device. */
    NOT_KNOWN
  }

  /**
   * Searches for each cache format, keys and values alike; those that no head divides are left out.
   */
  public static LongestContext of(
      FitQuestion asked, List<CacheFormat> formats, OptionalDouble minimumRate) {
    List<Row> rows = new ArrayList<>();
    for (CacheFormat format : formats) {
      rows.add(row(asked.withCache(format, format), minimumRate));
    }
    return new LongestContext(rows);
  }

  /** Searches with the cache as asked. */
  public static Row row(FitQuestion asked, OptionalDouble minimumRate) {
    int sequences = asked.sequences();
    OptionalInt trained = asked.model().maxContext();
    int end = trained.orElse(LONGEST_TRIED);
    Trial whole = at(asked, end, sequences, minimumRate);
    if (whole.good()) {
      return row(
          asked,
          OptionalInt.of(end),
          trained.isPresent() ? Limit.MODEL : Limit.NOT_KNOWN,
          whole,
          Optional.empty());
    }
    // Steps that will do are below low, steps that will not at high and above: memory only grows
    // and decode only slows with the context.
    int low = 0;
    int high = Math.ceilDiv(end, STEP);
    Trial longest = whole;
    Trial beyond = whole;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      Trial trial = at(asked, middle * STEP, sequences, minimumRate);
      if (trial.good()) {
        low = middle;
        longest = trial;
      } else {
        high = middle;
        beyond = trial;
      }
    }
    if (low == 0) {
      Trial shortest = at(asked, Math.min(STEP, end), sequences, minimumRate);
      return row(asked, OptionalInt.empty(), limit(shortest), shortest, Optional.of(shortest));
    }
    return row(asked, OptionalInt.of(low * STEP), limit(beyond), longest, Optional.of(beyond));
  }

  private static Trial at(
      FitQuestion asked, int tokens, int sequences, OptionalDouble minimumRate) {
    return Trial.of(asked.withContextLength(Math.multiplyExact(tokens, sequences)), minimumRate);
  }

  private static Row row(
      FitQuestion asked, OptionalInt tokens, Limit limit, Trial longest, Optional<Trial> beyond) {
    return new Row(asked.keyFormat(), asked.valueFormat(), tokens, limit, longest, beyond);
  }

  private static Limit limit(Trial trial) {
    return switch (trial.outcome()) {
      case Outcome.TooLarge large -> Limit.MEMORY;
      case Outcome.TooSlow slow -> Limit.SPEED;
      default -> Limit.NOT_KNOWN;
    };
  }
}
