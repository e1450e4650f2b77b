package headroom.inference.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.quant.QuantFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoders against llama.cpp's quantiser, in bytes and in error. */
class EncoderTest {
  /** Formats that search for their scales, so that encoding again may find others. */
  private static final Set<QuantFormat> SEARCHED =
      EnumSet.of(
          QuantFormat.Q2_K,
          QuantFormat.Q3_K,
          QuantFormat.Q4_K,
          QuantFormat.Q5_K,
          QuantFormat.Q6_K,
          QuantFormat.IQ4_NL,
          QuantFormat.IQ4_XS);

  static Stream<QuantFormat> blocks() {
    return Codecs.encodable().stream().filter(format -> format.weightsPerBlock() > 1);
  }

  /**
   * Lines of format and bytes, made by {@code ggml_quantize_chunk} of llama.cpp 3f545be (and {@code
   * quantize_row_iq4_nl_ref} for a cache) from {@link #goldenWeights}.
   */
  static Stream<String[]> golden() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    EncoderTest.class.getResourceAsStream("/golden/encoded.txt")),
                StandardCharsets.US_ASCII))) {
      return lines.lines().map(line -> line.split(" ")).toList().stream();
    }
  }

  /** 256 weights near a normal distribution, then 256 from 0 to 1 with one of 3. */
  static float[] goldenWeights() {
    Random random = new Random(20260823);
    float[] x = new float[512];
    for (int i = 0; i < 256; i++) {
      int sum = 0; // integers, so that every language makes the same numbers
      for (int j = 0; j < 4; j++) {
        sum += random.nextInt(1 << 20);
      }
      x[i] = (sum - (1 << 21)) / (float) (1 << 24);
      x[256 + i] = random.nextInt(1 << 20) / (float) (1 << 20);
    }
    x[300] = 3;
    return x;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void everyByteIsTheOneThatLlamaCppWrites(String name, String bytes) {
    boolean cache = name.equals("IQ4_NL_cache");
    QuantFormat format = QuantFormat.valueOf(cache ? "IQ4_NL" : name);
    byte[] row = new byte[(int) format.bytesFor(512).value()];
    BlockCodec codec = Codecs.require(format, "the test");
    if (cache) {
      codec.encodeRow(goldenWeights(), 0, 512, MemorySegment.ofArray(row), 0);
    } else {
      codec.encodeWeights(goldenWeights(), 0, 512, MemorySegment.ofArray(row), 0);
    }
    assertThat(HexFormat.of().formatHex(row)).isEqualTo(bytes);
  }

  @Test
  void everyEncoderOfBlocksHasGoldenBytes() throws IOException {
    assertThat(golden().map(line -> line[0]).filter(name -> !name.endsWith("_cache")))
        .containsExactlyInAnyOrderElementsOf(blocks().map(QuantFormat::name).toList());
  }

  /** Root mean square error over deviation, measured with llama.cpp 3f545be on the same weights. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0,   0.085617, 0.106988, 0.065175",
    "Q4_1,   0.077881, 0.091915, 0.060806",
    "Q5_0,   0.042596, 0.053518, 0.031239",
    "Q5_1,   0.037753, 0.044325, 0.029388",
    "Q8_0,   0.005336, 0.006741, 0.003765",
    "Q2_K,   0.295488, 0.343595, 0.233043",
    "Q3_K,   0.150682, 0.176259, 0.125279",
    "Q4_K,   0.071199, 0.084815, 0.054593",
    "Q5_K,   0.035962, 0.042781, 0.027642",
    "Q6_K,   0.017725, 0.021704, 0.013277",
    "IQ4_NL, 0.076066, 0.087991, 0.064118",
    "IQ4_XS, 0.076617, 0.088738, 0.064681",
    "MXFP4,  0.113318, 0.125903, 0.144119",
  })
  void errorIsThatOfLlamaCpp(QuantFormat format, double normal, double laplace, double uniform) {
    Random random = new Random(5);
    float[] x = new float[8192 * 4];
    double[] wanted = {normal, laplace, uniform};
    for (int distribution = 0; distribution < wanted.length; distribution++) {
      for (int i = 0; i < x.length; i++) {
        double u = random.nextDouble() - 0.5;
        x[i] =
            (float)
                switch (distribution) {
                  case 0 -> random.nextGaussian();
                  case 1 -> -Math.signum(u) * Math.log(1 - 2 * Math.abs(u));
                  default -> u;
                };
      }
      // Other weights of the same distribution: 1 % is three times how far samples differ.
      assertThat(error(x, roundTrip(format, x)) / error(x, new float[x.length]))
          .isBetween(wanted[distribution] * 0.98, wanted[distribution] * 1.02);
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void encodingWhatWasDecodedChangesNothingOrLittle(QuantFormat format) {
    float[] x = goldenWeights();
    float[] once = roundTrip(format, x);
    float[] twice = roundTrip(format, once);
    if (SEARCHED.contains(format)) {
      assertThat(error(x, twice)).isLessThan(1.1 * error(x, once));
    } else {
      assertThat(twice).containsExactly(once, org.assertj.core.data.Offset.offset(1e-6f));
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void oneOutlierInZerosSurvivesAlone(QuantFormat format) {
    float[] x = new float[512];
    x[77] = -1000;
    float[] y = roundTrip(format, x);
    // MXFP4 has no mantissa in its scale: 1000 lies between 768 and 1024.
    assertThat(y[77]).isBetween(-1030f, format == QuantFormat.MXFP4 ? -760f : -985f);
    y[77] = 0;
    assertThat(Arrays.stream(boxed(y)).map(Math::abs).max().orElseThrow())
        // The book of IQ4 has no zero, but 1; elsewhere scale and minimum are rounded apart.
        .isLessThan(format.name().startsWith("IQ4") ? 10 : 0.5);
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void constantRowsStayConstant(QuantFormat format) {
    for (float value : new float[] {0.75f, -0.75f, 1e-30f, 60_000, -60_000}) {
      float[] x = new float[512];
      Arrays.fill(x, value);
      float[] y = roundTrip(format, x);
      float[] first = new float[512];
      Arrays.fill(first, y[0]);
      assertThat(y).containsExactly(first);
      assertThat(Math.abs(y[0] - value)).isLessThanOrEqualTo(Math.abs(value));
      if (Math.abs(value) > 0.1) {
        assertThat(Math.abs(y[0] / value - 1)).isLessThan(0.35f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void denormalsBecomeNothingOrThemselves(QuantFormat format) {
    float[] x = new float[512];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i % 7 - 3) * Float.MIN_VALUE * 1000;
    }
    for (float y : roundTrip(format, x)) {
      assertThat(Math.abs(y)).isLessThan(1e-37f);
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void whatIsNoFiniteNumberIsRefused(QuantFormat format) {
    BlockCodec codec = Codecs.require(format, "the test");
    MemorySegment row = MemorySegment.ofArray(new byte[(int) format.bytesFor(512).value()]);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] x = new float[512];
      x[400] = bad;
      assertThatThrownBy(() -> codec.encodeRow(x, 0, 512, row, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weight 400 of 512 is %s; %s stores finite numbers only", bad, format);
      assertThatThrownBy(() -> codec.encodeWeights(x, 0, 512, row, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static float[] roundTrip(QuantFormat format, float[] x) {
    BlockCodec codec = Codecs.require(format, "the test");
    MemorySegment row = MemorySegment.ofArray(new byte[(int) format.bytesFor(x.length).value()]);
    codec.encodeWeights(x, 0, x.length, row, 0);
    float[] y = new float[x.length];
    codec.decodeRow(row, 0, y, 0, x.length);
    return y;
  }

  private static double error(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - y[i]) * (double) (x[i] - y[i]);
    }
    return Math.sqrt(sum / x.length);
  }

  private static double[] boxed(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }
}
