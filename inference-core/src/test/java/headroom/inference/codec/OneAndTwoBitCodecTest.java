package headroom.inference.codec;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Blocks written by hand from the structs of ggml-common.h: f16 scale, then the codes. */
class OneAndTwoBitCodecTest {
  @Test
  void bitOfQ1ChoosesTheSignOfTheScale() {
    // Scale 1.5 (f16 3e00). Bits 0, 2 and 15 of the first two bytes, and the last bit, are set.
    float[] weights = decode(QuantFormat.Q1_0, "003e" + "0580" + "00".repeat(13) + "80", 128);
    float[] wanted = new float[128];
    Arrays.fill(wanted, -1.5f);
    for (int set : new int[] {0, 2, 15, 127}) {
      wanted[set] = 1.5f;
    }
    assertThat(weights).containsExactly(wanted);
  }

  @Test
  void codesOfQ2RunFromMinusOneToTwoLowestBitsFirst() {
    // Scale -0.5 (f16 b800). Codes 0, 1, 2, 3 in e4 and 3, 2, 1, 0 in 1b; code 1 is zero.
    float[] weights = decode(QuantFormat.Q2_0, "00b8" + "e4" + "55".repeat(14) + "1b", 64);
    float[] wanted = new float[64];
    Arrays.fill(wanted, -0f);
    System.arraycopy(new float[] {0.5f, -0f, -0.5f, -1}, 0, wanted, 0, 4);
    System.arraycopy(new float[] {-1, -0.5f, -0f, 0.5f}, 0, wanted, 60, 4);
    assertThat(weights).containsExactly(wanted);
  }

  private static float[] decode(QuantFormat format, String block, int count) {
    float[] weights = new float[count];
    MemorySegment segment = MemorySegment.ofArray(HexFormat.of().parseHex(block));
    Codecs.require(format, "the test").decodeRow(segment, 0, weights, 0, count);
    return weights;
  }
}
