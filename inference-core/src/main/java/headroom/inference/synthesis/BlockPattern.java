package headroom.inference.synthesis;

import headroom.quant.QuantFormat;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How to make blocks of one format out of random bytes: the codes stay random and the scales are
 * set so that weights have a standard deviation near {@link #DEVIATION} and a mean near zero.
 * Offsets are those of the structs in <a
 * href="https://github.com/ggml-org/ggml/blob/d99724f2/src/ggml-common.h">ggml-common.h</a>.
 *
 * @param format the format
 * @param keep bits of each eight bytes that stay random
 * @param set bits of each eight bytes that are set
 * @param halves 16-bit scales at fixed places of each block
 */
record BlockPattern(QuantFormat format, long keep, long set, List<Half> halves) {
  /**
   * Standard deviation of the weights: {@code initializer_range} in the configurations of Llama and
   * Qwen.
   */
  static final double DEVIATION = 0.02;

  private static final long ALL = -1L;

  /**
   * A 16-bit float in every block.
   *
   * @param offset bytes from the start of the block
   * @param value stored there
   */
  record Half(int offset, double value) {}

  private static final Map<QuantFormat, BlockPattern> PATTERNS = new EnumMap<>(QuantFormat.class);

  static {
    // Flat formats: sign and fraction random, exponent fixed at 2^-6. Such numbers lie in
    // ±[2^-6, 2^-5) and deviate by 2^-6 sqrt(7/3) = 0.024.
    flat(QuantFormat.F32, 0x807FFFFF_807FFFFFL, 0x3C800000_3C800000L);
    flat(QuantFormat.F16, 0x83FF83FF_83FF83FFL, 0x24002400_24002400L);
    flat(QuantFormat.BF16, 0x807F807F_807F807FL, 0x3C803C80_3C803C80L);

    // One scale: the deviation of the codes alone, and where the scale stands.
    scaled(QuantFormat.Q4_0, Math.sqrt(21.5), 0); // -8..7
    scaled(QuantFormat.Q5_0, Math.sqrt(85.5), 0); // -16..15
    scaled(QuantFormat.Q3_K, Math.sqrt(341.5 * 5.5), 108); // scale -32..31 times -4..3
    scaled(QuantFormat.Q6_K, Math.sqrt(5461.5 * 341.5), 208); // scale -128..127 times -32..31
    scaled(QuantFormat.IQ4_NL, Math.sqrt(4548), 0); // kvalues_iq4nl
    scaled(QuantFormat.IQ4_XS, Math.sqrt(341.5 * 4548), 0); // scale -32..31 times kvalues_iq4nl
    // Odd codes only, -127..127: quantisers never write -128 and kernels may count on that.
    put(
        new BlockPattern(
            QuantFormat.Q8_0,
            ALL,
            0x01010101_01010101L,
            List.of(new Half(0, DEVIATION / Math.sqrt(5461)))));

    // A scale and a minimum; the minimum is the mean of the scaled codes, so that weights have
    // none.
    minimum(QuantFormat.Q4_1, Math.sqrt(21.25), -7.5, 0, 2); // 0..15
    minimum(QuantFormat.Q5_1, Math.sqrt(85.25), -15.5, 0, 2); // 0..31
    // As above but both multiplied by codes per sub-block: the deviation of s*q - m*mean(q), with s
    // and m 0..15 in Q2_K and 0..63 in the others.
    minimum(QuantFormat.Q2_K, Math.sqrt(192.5), 1.5, 80, 82); // 0..3
    minimum(QuantFormat.Q4_K, Math.sqrt(66_727), 7.5, 0, 2); // 0..15
    minimum(QuantFormat.Q5_K, Math.sqrt(277_650), 15.5, 0, 2); // 0..31

    // The scale is a power of two in one byte, 120 for 2^-8 on codes of deviation 5.85: see apply.
    put(new BlockPattern(QuantFormat.MXFP4, ALL, 0, List.of()));
  }

  /** {@code e} of block_mxfp4, an exponent biased by 127 on codes that are stored doubled. */
  private static final byte MXFP4_EXPONENT = 120;

  private static void flat(QuantFormat format, long keep, long set) {
    put(new BlockPattern(format, keep, set, List.of()));
  }

  private static void scaled(QuantFormat format, double codeDeviation, int offset) {
    put(new BlockPattern(format, ALL, 0, List.of(new Half(offset, DEVIATION / codeDeviation))));
  }

  private static void minimum(
      QuantFormat format, double codeDeviation, double perScale, int offset, int minimumOffset) {
    double scale = DEVIATION / codeDeviation;
    Half minimum = new Half(minimumOffset, scale * perScale);
    put(new BlockPattern(format, ALL, 0, List.of(new Half(offset, scale), minimum)));
  }

  private static void put(BlockPattern pattern) {
    PATTERNS.put(pattern.format(), pattern);
  }

  /** The pattern of a format; empty where it cannot be synthesized. */
  static Optional<BlockPattern> of(QuantFormat format) {
    return Optional.ofNullable(PATTERNS.get(format));
  }

  /** Formats that can be synthesized. */
  static Set<QuantFormat> formats() {
    return java.util.Collections.unmodifiableSet(PATTERNS.keySet());
  }

  /**
   * Makes whole blocks in a buffer.
   *
   * @param buffer little-endian, its capacity a multiple of 8
   * @param bytes of whole blocks, from the start
   */
  void apply(RandomBytes random, ByteBuffer buffer, int bytes) {
    random.fill(buffer, keep, set);
    int block = format.bytesPerBlock();
    for (Half half : halves) {
      short bits = Float.floatToFloat16((float) half.value());
      for (int at = half.offset(); at < bytes; at += block) {
        buffer.putShort(at, bits);
      }
    }
    if (format == QuantFormat.MXFP4) {
      for (int at = 0; at < bytes; at += block) {
        buffer.put(at, MXFP4_EXPONENT);
      }
    }
  }
}
