package headroom.agent.verify;

import headroom.agent.verify.VerifiedFile.Kind;
import headroom.agent.verify.VerifiedFile.Status;
import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Blocks of one format and the exact floats they stand for. */
final class DequantGolden {
  // Formats without blocks list their 16-bit words instead, in the byte order of a file.
  private static final List<String> STORED = List.of("blocks_hex", "u16_hex");

  private DequantGolden() {}

  /** The key under which this file holds stored weights; empty where it holds none. */
  static Optional<String> stored(JsonNode golden) {
    return STORED.stream().filter(golden::has).findFirst();
  }

  static VerifiedFile check(String name, JsonNode golden) {
    String type = golden.path("type").asString("");
    Optional<BlockCodec> codec = QuantFormat.byName(type).flatMap(Codecs::of);
    if (codec.isEmpty()) {
      return VerifiedFile.without(
          name, Kind.DEQUANT, Status.UNSUPPORTED, "no codec for format " + type);
    }
    byte[] blocks = HexFormat.of().parseHex(golden.path(stored(golden).orElseThrow()).asString());
    var wanted =
        ByteBuffer.wrap(HexFormat.of().parseHex(golden.path("f32_le_hex").asString()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] decoded = new float[wanted.remaining()];
    codec.get().decodeRow(MemorySegment.ofArray(blocks), 0, decoded, 0, decoded.length);
    int unequal = 0;
    double worst = 0;
    double squares = 0;
    for (int i = 0; i < decoded.length; i++) {
      if (Float.floatToRawIntBits(decoded[i]) == Float.floatToRawIntBits(wanted.get(i))) {
        continue; // Equal infinities too, whose difference would be no number.
      }
      unequal++;
      double distance = Math.abs((double) decoded[i] - wanted.get(i));
      if (Double.isFinite(distance)) {
        worst = Math.max(worst, distance);
        squares += distance * distance;
      }
    }
    return new VerifiedFile(
        name,
        Kind.DEQUANT,
        unequal == 0 ? Status.PASS : Status.FAIL,
        OptionalDouble.of(worst),
        OptionalDouble.of(Math.sqrt(squares / decoded.length)),
        OptionalInt.empty(),
        unequal == 0
            ? Optional.empty()
            : Optional.of(
                "%d of %d weights differ; wanted the same bits"
                    .formatted(unequal, decoded.length)));
  }
}
