package headroom.fit;

import headroom.units.Bytes;

/**
 * One explained amount of memory.
 *
 * @param what for people: {@code weights}, {@code KV cache}, {@code compute buffer} …
 * @param quantity which sum it belongs to
 * @param place where it lies
 * @param bytes how much
 * @param formula with the numbers put in, so that it can be checked by hand
 * @param source paper, permalink or measurement that the formula or constant comes from
 */
public record MemoryLine(
    String what, Quantity quantity, Place place, Bytes bytes, String formula, String source) {

  /** The sums that are graded against real logs. */
  public enum Quantity {
    WEIGHTS,
    KV,
    COMPUTE,
    OVERHEAD
  }

  /** Device memory or host memory. */
  public enum Place {
    DEVICE,
    HOST
  }
}
