package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * Turns rows of one storage format into floats and back: the definition of the format, which every
 * kernel is compared with.
 */
public interface BlockCodec {
  QuantFormat format();

  /**
   * Decodes {@code count} weights.
   *
   * @param src holds the row
   * @param offset byte in {@code src} at which the row starts
   * @param dst [dstOffset + count] or longer
   * @param dstOffset first element written
   * @param count weights, a multiple of {@link QuantFormat#weightsPerBlock()}
   */
  void decodeRow(MemorySegment src, long offset, float[] dst, int dstOffset, int count);

  /**
   * Encodes {@code count} numbers as llama.cpp's cache of keys and values is written.
   *
   * @param src [srcOffset + count] or longer
   * @param srcOffset first element read
   * @param count weights, a multiple of {@link QuantFormat#weightsPerBlock()}
   * @param dst takes the row
   * @param offset byte in {@code dst} at which the row starts
   * @throws UnsupportedFormatException where the format is one of {@link Codecs#decodeOnly()}
   * @throws IllegalArgumentException where a format of blocks is handed an infinity or NaN
   */
  void encodeRow(float[] src, int srcOffset, int count, MemorySegment dst, long offset);

  /**
   * As {@link #encodeRow}, as llama.cpp's quantiser writes files, which searches longer for scales
   * in IQ4_NL.
   */
  void encodeWeights(float[] src, int srcOffset, int count, MemorySegment dst, long offset);
}
