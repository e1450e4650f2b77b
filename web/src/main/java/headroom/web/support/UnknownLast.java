package headroom.web.support;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/** Orders by a fact that may not be known; what has none stands last, whichever way it goes. */
public final class UnknownLast {
  private UnknownLast() {}

  /** The order by this fact. */
  public static <T, V extends Comparable<? super V>> Comparator<T> by(
      Function<T, Optional<V>> fact, boolean descending) {
    Comparator<V> order = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
    return Comparator.comparing(
        thing -> fact.apply(thing).orElse(null), Comparator.nullsLast(order));
  }
}
