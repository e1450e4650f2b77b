package headroom.inference.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecRoundTripTest {
  private static final int COUNT = 512;

  static Stream<QuantFormat> encodable() {
    return Codecs.encodable().stream();
  }

  static Set<QuantFormat> decodeOnly() {
    return Codecs.decodeOnly();
  }

  /** Largest |error| as a share of the block's largest |x|: half a step of the format's grid. */
  private static double budget(QuantFormat format) {
    return switch (format) {
      case F32 -> 0;
      case F16 -> 1 / 2048.0;
      case BF16 -> 1 / 256.0;
      case Q8_0 -> 0.51 / 127;
      case Q5_0 -> 1.01 / 16; // the grid is lopsided: +15 where -16 would be
      case Q5_1 -> 1.02 / 31;
      case Q4_0 -> 1.01 / 8;
      case Q4_1 -> 1.02 / 15;
      case IQ4_NL -> 14 / 113.0; // half the widest gap of the book, from -127 to -104, and clipping
      case MXFP4 -> 1 / 4.0; // values above 6 are clipped to 6: up to 8 is possible
      case Q2_K -> 0.35; // the K formats and IQ4_XS: as measured, for their scales are fitted
      case Q3_K -> 0.3;
      case Q4_K -> 0.1;
      case Q5_K -> 0.05;
      case Q6_K -> 0.04;
      case IQ4_XS -> 0.15;
      default -> throw new AssertionError("no budget for " + format);
    };
  }

  @ParameterizedTest
  @MethodSource("encodable")
  void whatIsEncodedDecodesWithinHalfAStep(QuantFormat format) {
    BlockCodec codec = Codecs.require(format, "the test");
    Random random = new Random(7);
    float[] x = new float[COUNT + 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    long bytes = format.bytesFor(COUNT).value();
    MemorySegment row = MemorySegment.ofArray(new byte[(int) bytes + 5]);
    row.fill((byte) 0x5A);
    float[] y = new float[COUNT + 2];

    codec.encodeRow(x, 3, COUNT, row, 5);
    codec.decodeRow(row, 5, y, 2, COUNT);

    assertThat(row.asSlice(0, 5).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
        .containsOnly(0x5A);
    for (int block = 0; block < COUNT; block += 32) {
      float largest = Extremes.largestMagnitude(x, 3 + block, 32);
      for (int i = block; i < block + 32; i++) {
        assertThat((double) Math.abs(x[3 + i] - y[2 + i]))
            .as("%s weight %d of %s", format, i, x[3 + i])
            .isLessThanOrEqualTo(budget(format) * largest);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("encodable")
  void zerosStayZeros(QuantFormat format) {
    BlockCodec codec = Codecs.require(format, "the test");
    MemorySegment row = MemorySegment.ofArray(new byte[(int) format.bytesFor(COUNT).value()]);
    float[] y = new float[COUNT];
    codec.encodeRow(new float[COUNT], 0, COUNT, row, 0);
    codec.decodeRow(row, 0, y, 0, COUNT);
    for (float value : y) {
      assertThat(Math.abs(value)).isEqualTo(0f); // -0 too: Q4_0 divides by -8
    }
  }

  @ParameterizedTest
  @MethodSource("decodeOnly")
  void encodingADecodeOnlyFormatNamesItAndWhatCanBeWritten(QuantFormat format) {
    MemorySegment row = MemorySegment.ofArray(new byte[(int) format.bytesFor(COUNT).value()]);
    assertThatThrownBy(
            () -> Codecs.require(format, "x").encodeRow(new float[COUNT], 0, COUNT, row, 0))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("found format " + format)
        .hasMessageContaining("Q8_0");
  }

  @Test
  void aFormatWithoutCodecNamesWhoAsked() {
    assertThatThrownBy(() -> Codecs.require(QuantFormat.Q8_K, "tensor 'blk.0.attn_q.weight'"))
        .hasMessageStartingWith("tensor 'blk.0.attn_q.weight': found format Q8_K")
        .hasMessageContaining("Q4_K");
  }

  @Test
  void aRowThatRunsPastItsSegmentIsRefused() {
    MemorySegment row = MemorySegment.ofArray(new byte[33]);
    assertThatThrownBy(
            () -> Codecs.require(QuantFormat.Q8_0, "x").decodeRow(row, 0, new float[32], 0, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
