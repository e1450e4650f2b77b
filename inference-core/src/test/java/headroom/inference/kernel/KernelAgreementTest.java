package headroom.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kernel.vector.VectorKernels;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format, row length and batch size: vector kernels against the scalar reference. */
class KernelAgreementTest {
  private static final int[] SIZES = {1, 7, 31, 32, 33, 255, 256, 512, 4096 + 32, 4096 + 256};
  private static final int[] BATCHES = {1, 2, 4, 5, 9};
  private static final int ROWS = 29; // prime: leaves every tile and pair with a remainder

  static List<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    for (QuantFormat format : Codecs.decodable()) {
      for (int size : SIZES) {
        if (format.fitsRow(size)) {
          shapes.add(Arguments.of(format, size));
        }
      }
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void productsAgreeWithTheReference(QuantFormat format, int columns) {
    Tensor weight = randomWeight(format, columns, new Random(columns));
    Linear reference = new ReferenceKernels().bind(weight);
    Linear vector = new VectorKernels().bind(weight);
    for (int tokens : BATCHES) {
      float[] x = gaussian(tokens * columns, new Random(tokens));
      float[] wanted = new float[tokens * ROWS];
      float[] found = new float[tokens * ROWS];
      float[] read = VectorKernels.rounds(format, tokens) ? rounded(x) : x;
      reference.multiply(read, tokens, wanted, 0, ROWS, new Lane());
      // Ranges as threads get them: together they are everything, and nothing is written twice.
      vector.multiply(x, tokens, found, 0, 10, new Lane());
      vector.multiply(x, tokens, found, 10, 11, new Lane());
      vector.multiply(x, tokens, found, 11, ROWS, new Lane());
      double scale = magnitude(weight, x, columns, tokens);
      for (int i = 0; i < wanted.length; i++) {
        // A float sum of n terms of either sign errs by about √n half-steps of 2^-24.
        double tolerance = scale * 0x1p-22 * Math.sqrt(columns);
        assertThat((double) Math.abs(found[i] - wanted[i]))
            .as("%s [%d x %d] of %d tokens, element %d", format, ROWS, columns, tokens, i)
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  /** Whole numbers up to 127 times a scale per 32: ggml's {@code quantize_row_q8_0_ref}. */
  private static float[] rounded(float[] x) {
    float[] rounded = new float[x.length];
    for (int block = 0; block < x.length; block += 32) {
      float largest = 0;
      for (int i = block; i < block + 32; i++) {
        largest = Math.max(largest, Math.abs(x[i]));
      }
      float scale = largest / 127;
      float inverse = scale == 0 ? 0 : 1 / scale;
      for (int i = block; i < block + 32; i++) {
        rounded[i] = scale * (float) Math.rint(x[i] * inverse);
      }
    }
    return rounded;
  }

  @ParameterizedTest
  @EnumSource(
      value = QuantFormat.class,
      names = {
        "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL", "MXFP4", "Q4_K", "Q5_K", "Q6_K", "IQ4_XS"
      })
  void extremeCodesAndActivationsStayWithinSixteenBits(QuantFormat format) {
    int columns = 512;
    byte[] bytes = new byte[(int) format.bytesFor((long) columns * ROWS).value()];
    for (int fill : new int[] {0x00, 0x7F, 0x80, 0xFF, 0x3B, 0xBB}) {
      Arrays.fill(bytes, (byte) fill);
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = isExponent(format, at) ? 0x2B : bytes[at];
      }
      Tensor weight =
          new Tensor(
              "extreme",
              format,
              List.of((long) columns, (long) ROWS),
              MemorySegment.ofArray(bytes));
      for (float sign : new float[] {-1, 0, 1}) {
        float[] x = new float[columns];
        Arrays.fill(x, sign);
        float[] wanted = new float[ROWS];
        float[] found = new float[ROWS];
        new ReferenceKernels().bind(weight).multiply(x, 1, wanted, 0, ROWS, new Lane());
        new VectorKernels().bind(weight).multiply(x, 1, found, 0, ROWS, new Lane());
        for (int r = 0; r < ROWS; r++) {
          assertThat((double) found[r])
              .as("%s filled with %02x, activations of %s", format, fill, sign)
              .isCloseTo(wanted[r], within(1e-5 * Math.max(1, Math.abs(wanted[r]))));
        }
      }
    }
  }

  /** True for the upper byte of a half, or an exponent: the scales must stay finite. */
  private static boolean isExponent(QuantFormat format, int at) {
    return switch (format) {
      case Q8_0 -> at % 34 == 1;
      case Q4_0 -> at % 18 == 1;
      case IQ4_NL -> at % 18 == 1;
      case MXFP4 -> at % 17 == 0;
      case IQ4_XS -> at % 136 == 1;
      case Q4_1 -> at % 20 == 1 || at % 20 == 3;
      case Q5_0 -> at % 22 == 1;
      case Q5_1 -> at % 24 == 1 || at % 24 == 3;
      case Q4_K -> at % 144 == 1 || at % 144 == 3;
      case Q5_K -> at % 176 == 1 || at % 176 == 3;
      case Q6_K -> at % 210 == 209;
      default -> throw new IllegalArgumentException(format.toString());
    };
  }

  /** The largest |w||x| that any product is made of, times √columns. */
  private static double magnitude(Tensor weight, float[] x, int columns, int tokens) {
    float[] row = new float[columns];
    double largest = 0;
    for (int r = 0; r < ROWS; r++) {
      Codecs.require(weight.format(), "the test")
          .decodeRow(weight.data(), r * weight.rowBytes(), row, 0, columns);
      for (float w : row) {
        largest = Math.max(largest, Math.abs(w));
      }
    }
    double largestX = 0;
    for (float v : x) {
      largestX = Math.max(largestX, Math.abs(v));
    }
    return largest * largestX * Math.sqrt(columns);
  }

  @Test
  void formatsWithoutAKernelOfTheirOwnAreTheseAndNoOthers() {
    Set<QuantFormat> generic = EnumSet.copyOf(Codecs.decodable());
    generic.removeAll(VectorKernels.fused());
    assertThat(generic)
        .containsExactlyInAnyOrder(
            QuantFormat.F16,
            QuantFormat.Q2_K,
            QuantFormat.Q3_K,
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
            QuantFormat.TQ2_0);
  }

  /** Random codes with scales of at most 1, so that sums stay finite; encoded where that works. */
  private static Tensor randomWeight(QuantFormat format, int columns, Random random) {
    BlockCodec codec = Codecs.require(format, "the test");
    byte[] bytes = new byte[(int) format.bytesFor((long) columns * ROWS).value()];
    MemorySegment data = MemorySegment.ofArray(bytes);
    if (Codecs.encodable().contains(format)) {
      long rowBytes = format.bytesFor(columns).value();
      for (int r = 0; r < ROWS; r++) {
        codec.encodeRow(gaussian(columns, random), 0, columns, data, r * rowBytes);
      }
    } else {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= (byte) 0xBB; // clears the top exponent bit of any half, wherever it lies
      }
    }
    return new Tensor("random", format, List.of((long) columns, (long) ROWS), data);
  }

  private static float[] gaussian(int count, Random random) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
