package headroom.inference.synthesis;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.codec.Codecs;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockPatternTest {
  private static final int WEIGHTS = 1 << 16;

  static Stream<QuantFormat> formats() {
    return BlockPattern.formats().stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void weightsDeviateAsThoseOfFreshModels(QuantFormat format) {
    float[] weights = weights(format);
    double sum = 0;
    double squares = 0;
    for (float weight : weights) {
      assertThat(weight).isFinite();
      sum += weight;
      squares += (double) weight * weight;
    }
    double mean = sum / WEIGHTS;
    double deviation = Math.sqrt(squares / WEIGHTS - mean * mean);
    // 0.024 and 0.023 where exponents are fixed; a mean of half a code where codes are lopsided.
    assertThat(deviation).isBetween(0.95 * BlockPattern.DEVIATION, 1.25 * BlockPattern.DEVIATION);
    assertThat(Math.abs(mean)).isLessThan(0.15 * deviation);
  }

  @Test
  void codesOfQ8NeverReachTheValueThatQuantisersDoNotWrite() {
    float[] weights = weights(QuantFormat.Q8_0);
    float scale = Float.float16ToFloat(Float.floatToFloat16((float) (0.02 / Math.sqrt(5461))));
    float least = Float.MAX_VALUE;
    for (float weight : weights) {
      least = Math.min(least, weight);
    }
    assertThat(least).isEqualTo(-127 * scale);
  }

  private static float[] weights(QuantFormat format) {
    int bytes = (int) format.bytesFor(WEIGHTS).value();
    ByteBuffer buffer = ByteBuffer.allocate((bytes + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
    BlockPattern.of(format).orElseThrow().apply(new RandomBytes(5), buffer, bytes);
    // Off the heap, as mapped files are.
    MemorySegment segment = java.lang.foreign.Arena.ofAuto().allocate(bytes);
    segment.copyFrom(MemorySegment.ofArray(buffer.array()).asSlice(0, bytes));
    float[] weights = new float[WEIGHTS];
    Codecs.of(format).orElseThrow().decodeRow(segment, 0, weights, 0, WEIGHTS);
    return weights;
  }
}
