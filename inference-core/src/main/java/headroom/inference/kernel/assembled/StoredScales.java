package headroom.inference.kernel.assembled;

/** Which scales the blocks of a format have, asked for block by block of 32 columns. */
final class StoredScales {
  private StoredScales() {}

  /** A scale in half precision. */
  interface Half {
    /** The scale, as bits. */
    short scale(int block);
  }

  /** A minimum in half precision too: weight = scale * code - minimum. */
  interface HalfAndMinimum extends Half {
    /** The minimum, as bits. */
    short minimum(int block);
  }

  /** A power of two. */
  interface Exponent {
    /** The power, in 8 bits. */
    int exponent(int block);
  }

  /** A half for all of a super-block, and small whole numbers that scale parts of its blocks. */
  interface Super extends Half {
    /** The whole number of one part. */
    int smallScale(int block, int part);
  }

  /** Halves for all of a super-block, and whole numbers that scale each block and its minimum. */
  interface SuperAndMinimum extends HalfAndMinimum {
    /** The whole number of the block's scale. */
    int smallScale(int block);

    /** The whole number of the block's minimum. */
    int smallMinimum(int block);
  }

  /** Halves for all of a super-block, and bytes for parts of its blocks. */
  interface NibblesAndMinimum extends HalfAndMinimum {
    /** Both whole numbers of one part, that of the scale in the lower four bits. */
    int nibbles(int block, int part);
  }
}
