package headroom.inference.kernel.vector;

import java.lang.foreign.MemorySegment;

/** The scalar product of a stored row with activations that {@link Rounding} made bytes of. */
interface RoundedRow {
  /** How the codes of the activations have to lie. */
  ColumnOrder order();

  /**
   * One row times one token.
   *
   * @param weight holds the row
   * @param offset byte at which it starts
   * @param codes [columns] from {@code codesAt} on
   * @param numbers scales and sums of the token, from {@code numbersAt} on
   * @param columns a whole number of the format's blocks
   * @param scratch [columns / 16] to write to
   */
  float dot(
      MemorySegment weight,
      long offset,
      short[] codes,
      int codesAt,
      float[] numbers,
      int numbersAt,
      int columns,
      float[] scratch);
}
