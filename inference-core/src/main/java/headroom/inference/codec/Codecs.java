package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The one table of codecs: to add a format, write its codec and name it here. */
public final class Codecs {
  private static final Map<QuantFormat, BlockCodec> BY_FORMAT = new EnumMap<>(QuantFormat.class);

  static {
    add(new F32Codec());
    add(new F16Codec());
    add(new BF16Codec());
    add(new Q4_0Codec());
    add(new Q4_1Codec());
    add(new Q5_0Codec());
    add(new Q5_1Codec());
    add(new Q8_0Codec());
    add(new Q2_KCodec());
    add(new Q3_KCodec());
    add(new Q4_KCodec());
    add(new Q5_KCodec());
    add(new Q6_KCodec());
    add(new Q1_0Codec());
    add(new Q2_0Codec());
    add(new IQ1_SCodec());
    add(new IQ1_MCodec());
    add(new IQ2_XXSCodec());
    add(new IQ2_XSCodec());
    add(new IQ2_SCodec());
    add(new IQ3_XXSCodec());
    add(new IQ3_SCodec());
    add(new IQ4_NLCodec());
    add(new IQ4_XSCodec());
    add(new MXFP4Codec());
    add(new NVFP4Codec());
    add(new TQ1_0Codec());
    add(new TQ2_0Codec());
  }

  private static final Set<QuantFormat> DECODE_ONLY =
      Collections.unmodifiableSet(
          EnumSet.of(
              QuantFormat.Q1_0,
              QuantFormat.Q2_0,
              QuantFormat.IQ1_S,
              QuantFormat.IQ1_M,
              QuantFormat.IQ2_XXS,
              QuantFormat.IQ2_XS,
              QuantFormat.IQ2_S,
              QuantFormat.IQ3_XXS,
              QuantFormat.IQ3_S,
              QuantFormat.NVFP4,
              QuantFormat.TQ1_0,
              QuantFormat.TQ2_0));

  private Codecs() {}

  /** The codec of this format; empty where there is none. */
  public static Optional<BlockCodec> of(QuantFormat format) {
    return Optional.ofNullable(BY_FORMAT.get(format));
  }

  /**
   * The codec of this format, which must be there.
   *
   * @param what who asks, for the message
   * @throws UnsupportedFormatException naming the formats there are
   */
  public static BlockCodec require(QuantFormat format, String what) {
    return of(format)
        .orElseThrow(() -> new UnsupportedFormatException(what, "read", format, decodable()));
  }

  /** Formats that can be read. */
  public static Set<QuantFormat> decodable() {
    return Collections.unmodifiableSet(BY_FORMAT.keySet());
  }

  /** Formats that can be read but not written. */
  public static Set<QuantFormat> decodeOnly() {
    return DECODE_ONLY;
  }

  /** Formats that can be written. */
  public static Set<QuantFormat> encodable() {
    Set<QuantFormat> formats = EnumSet.copyOf(BY_FORMAT.keySet());
    formats.removeAll(DECODE_ONLY);
    return formats;
  }

  private static void add(BlockCodec codec) {
    BY_FORMAT.put(codec.format(), codec);
  }
}
