package headroom.device;

import java.util.OptionalDouble;

/**
 * Peak arithmetic, dense, in tera-operations per second; empty where unknown.
 *
 * @param fp32 plain F32
 * @param fp16Vector F16 outside matrix units
 * @param fp16TensorFp16Accumulate matrix units, F16 sums
 * @param fp16TensorFp32Accumulate matrix units, F16 or BF16 inputs, F32 sums
 * @param fp8TensorFp32Accumulate matrix units, FP8 inputs, F32 sums
 * @param fp8TensorFp16Accumulate matrix units, FP8 inputs, F16 sums
 * @param fp4Tensor matrix units, FP4 inputs
 * @param int8Tensor matrix units, INT8 inputs
 */
public record ComputeRates(
    OptionalDouble fp32,
    OptionalDouble fp16Vector,
    OptionalDouble fp16TensorFp16Accumulate,
    OptionalDouble fp16TensorFp32Accumulate,
    OptionalDouble fp8TensorFp32Accumulate,
    OptionalDouble fp8TensorFp16Accumulate,
    OptionalDouble fp4Tensor,
    OptionalDouble int8Tensor) {
  private static final OptionalDouble NOT_KNOWN = OptionalDouble.empty();

  /** No rate is known. */
  public static final ComputeRates UNKNOWN =
      new ComputeRates(
          NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN);

  /**
   * Of a processor, of which only the vector units are known.
   *
   * @param byteProducts true where dot products of bytes have instructions, four times as fast
   */
  public static ComputeRates ofVectors(double fp32, boolean byteProducts) {
    return new ComputeRates(
        OptionalDouble.of(fp32),
        NOT_KNOWN,
        NOT_KNOWN,
        NOT_KNOWN,
        NOT_KNOWN,
        NOT_KNOWN,
        NOT_KNOWN,
        byteProducts ? OptionalDouble.of(4 * fp32) : NOT_KNOWN);
  }
}
