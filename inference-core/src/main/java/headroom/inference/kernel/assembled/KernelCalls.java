package headroom.inference.kernel.assembled;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.system.CLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of kernels, by the few types that these have: one constant handle calls all of a type.
 *
 * <p>Critical: no thread state is changed around a call, which then costs 4-5 ns, and arrays are
 * handed in where they lie; in return a call must be short, and lasts one tile.
 */
final class KernelCalls {
  private static final MethodHandle CALL =
      handle(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** Of kernels over rows: three places with two offsets, then four sizes. */
  private static final MethodHandle CALL_ROWS =
      handle(
          JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);

  /** Of kernels over an array with an offset, then two places and three sizes or a float's bits. */
  private static final MethodHandle CALL_ARRAY =
      handle(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** Of kernels over rows too, where all of it lies outside the heap: an offset is 0 then. */
  private static final MethodHandle CALL_ADDRESSES =
      handle(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);

  /** Of kernels over arrays: three with an offset each, then three sizes or bits of a float. */
  private static final MethodHandle CALL_ARRAYS =
      handle(
          ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);

  private KernelCalls() {}

  private static MethodHandle handle(MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.ofVoid(arguments), Linker.Option.critical(true));
  }

  /**
   * Calls a kernel.
   *
   * @param array the third argument, from {@code offset} floats on
   */
  static void call(
      MemorySegment kernel,
      long first,
      long second,
      float[] array,
      long offset,
      long blocks,
      long stride) {
    MemorySegment third = MemorySegment.ofArray(array);
    call(kernel, first, second, third, offset * Float.BYTES, blocks, stride);
  }

  /** Calls a kernel with these six arguments. */
  static void call(
      MemorySegment kernel,
      long first,
      long second,
      MemorySegment third,
      long fourth,
      long fifth,
      long sixth) {
    try {
      CALL.invokeExact(kernel, first, second, third, fourth, fifth, sixth);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  /** Calls a kernel over rows. */
  static void callRows(
      MemorySegment kernel,
      long rows,
      MemorySegment x,
      long xOffset,
      MemorySegment out,
      long outOffset,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    try {
      CALL_ROWS.invokeExact(
          kernel, rows, x, xOffset, out, outOffset, blocks, rowStride, outStride, count);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  /**
   * Calls a kernel over rows, each at its address. What lies there is the caller's to keep; a call
   * that is handed segments asks for each whether it is still there, which takes the compiler as
   * long as all that attention does besides.
   */
  static void callRows(
      MemorySegment kernel,
      long rows,
      long x,
      long out,
      long blocks,
      long rowStride,
      long outStride,
      long count) {
    try {
      CALL_ADDRESSES.invokeExact(kernel, rows, x, 0L, out, 0L, blocks, rowStride, outStride, count);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  /** Calls a kernel over an array, from so many elements on. */
  static void callArray(
      MemorySegment kernel,
      float[] x,
      int offset,
      long first,
      long second,
      long size,
      long count,
      long bits) {
    try {
      CALL_ARRAY.invokeExact(
          kernel,
          MemorySegment.ofArray(x),
          (long) offset * Float.BYTES,
          first,
          second,
          size,
          count,
          bits);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  /** Calls a kernel over arrays, each from so many elements on. */
  static void callArrays(
      MemorySegment kernel,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] z,
      int zOffset,
      long first,
      long second,
      long third) {
    try {
      CALL_ARRAYS.invokeExact(
          kernel,
          MemorySegment.ofArray(x),
          (long) xOffset * Float.BYTES,
          MemorySegment.ofArray(y),
          (long) yOffset * Float.BYTES,
          MemorySegment.ofArray(z),
          (long) zOffset * Float.BYTES,
          first,
          second,
          third);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }
}
