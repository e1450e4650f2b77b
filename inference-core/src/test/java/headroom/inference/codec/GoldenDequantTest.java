package headroom.inference.codec;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.GoldenFiles;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class GoldenDequantTest {
  /** Types of GGML that never hold weights of a file. */
  private static final Set<QuantFormat> ABSENT =
      EnumSet.of(
          QuantFormat.Q8_1,
          QuantFormat.Q8_K,
          QuantFormat.I8,
          QuantFormat.I16,
          QuantFormat.I32,
          QuantFormat.I64,
          QuantFormat.F64);

  /**
   * Formats without golden blocks: F32 is its own, the others have {@link OneAndTwoBitCodecTest}.
   */
  private static final Set<QuantFormat> WITHOUT_GOLDEN =
      EnumSet.of(QuantFormat.F32, QuantFormat.Q1_0, QuantFormat.Q2_0);

  static Stream<QuantFormat> withGolden() {
    return Codecs.decodable().stream().filter(f -> !WITHOUT_GOLDEN.contains(f));
  }

  @ParameterizedTest
  @MethodSource("withGolden")
  void decodesGoldenBlocksBitForBit(QuantFormat format) {
    JsonNode golden = GoldenFiles.json("dequant/" + format + ".json");
    String key = golden.has("blocks_hex") ? "blocks_hex" : "u16_hex";
    byte[] blocks = HexFormat.of().parseHex(golden.get(key).asString());
    ByteBuffer wanted =
        ByteBuffer.wrap(HexFormat.of().parseHex(golden.get("f32_le_hex").asString()))
            .order(ByteOrder.LITTLE_ENDIAN);
    int count = wanted.remaining() / Float.BYTES;
    float[] decoded = new float[count];

    Codecs.require(format, "the test")
        .decodeRow(MemorySegment.ofArray(blocks), 0, decoded, 0, count);

    for (int i = 0; i < count; i++) {
      assertThat(Float.floatToRawIntBits(decoded[i]))
          .as("%s weight %d: %s", format, i, decoded[i])
          .isEqualTo(wanted.getInt(i * Float.BYTES));
    }
  }

  @Test
  void everyFormatHasACodecOrIsListedAsAbsent() {
    Set<QuantFormat> covered = EnumSet.copyOf(ABSENT);
    covered.addAll(Codecs.decodable());
    assertThat(covered).isEqualTo(EnumSet.allOf(QuantFormat.class));
    assertThat(ABSENT).doesNotContainAnyElementsOf(Codecs.decodable());
  }
}
