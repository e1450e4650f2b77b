package headroom.inference.transformer;

import java.util.EnumMap;
import java.util.Map;

/**
 * How long a session's forward passes spent on each operation. Always taken: a dozen looks at the
 * clock per layer cost a thousandth of the smallest model's token.
 */
public final class OperationTimes {
  private final long[] nanos = new long[Operation.values().length];
  private long since;

  /** A pass begins. */
  void start() {
    since = System.nanoTime();
  }

  /** Everything since the last call was this. */
  void end(Operation operation) {
    long now = System.nanoTime();
    nanos[operation.ordinal()] += now - since;
    since = now;
  }

  /** Forgets what was taken. */
  public void reset() {
    java.util.Arrays.fill(nanos, 0);
  }

  /** Nanoseconds of each operation since the session began or was told to forget. */
  public Map<Operation, Long> nanos() {
    Map<Operation, Long> found = new EnumMap<>(Operation.class);
    for (Operation operation : Operation.values()) {
      found.put(operation, nanos[operation.ordinal()]);
    }
    return found;
  }
}
