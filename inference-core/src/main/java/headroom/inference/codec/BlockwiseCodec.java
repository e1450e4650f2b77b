package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * What all codecs share: the checks at the door and the walk over blocks. Block layouts and
 * arithmetic follow llama.cpp's <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-quants.c">ggml-quants.c</a>
 * and the structs of ggml-common.h beside it.
 */
abstract class BlockwiseCodec implements BlockCodec {
  private final QuantFormat format;

  BlockwiseCodec(QuantFormat format) {
    this.format = format;
  }

  @Override
  public final QuantFormat format() {
    return format;
  }

  @Override
  public final void decodeRow(
      MemorySegment src, long offset, float[] dst, int dstOffset, int count) {
    Objects.checkFromIndexSize(offset, format.bytesFor(count).value(), src.byteSize());
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    decodeBlocks(src, offset, dst, dstOffset, count);
  }

  @Override
  public final void encodeRow(
      float[] src, int srcOffset, int count, MemorySegment dst, long offset) {
    checkEncoding(src, srcOffset, count, dst, offset);
    encodeBlocks(src, srcOffset, count, dst, offset);
  }

  @Override
  public final void encodeWeights(
      float[] src, int srcOffset, int count, MemorySegment dst, long offset) {
    checkEncoding(src, srcOffset, count, dst, offset);
    int weights = format.weightsPerBlock();
    int bytes = format.bytesPerBlock();
    for (int done = 0; done < count; done += weights, offset += bytes) {
      encodeBlockCarefully(src, srcOffset + done, dst, offset);
    }
  }

  private void checkEncoding(
      float[] src, int srcOffset, int count, MemorySegment dst, long offset) {
    Objects.checkFromIndexSize(offset, format.bytesFor(count).value(), dst.byteSize());
    Objects.checkFromIndexSize(srcOffset, count, src.length);
    if (format.weightsPerBlock() == 1) {
      return; // floating point has its own infinity and NaN
    }
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(src[srcOffset + i])) {
        throw new IllegalArgumentException(
            "weight %d of %d is %s; %s stores finite numbers only"
                .formatted(i, count, src[srcOffset + i], format));
      }
    }
  }

  /** Decodes whole blocks; formats without blocks have a plainer loop. */
  void decodeBlocks(MemorySegment src, long offset, float[] dst, int dstOffset, int count) {
    int weights = format.weightsPerBlock();
    int bytes = format.bytesPerBlock();
    for (int done = 0; done < count; done += weights, offset += bytes) {
      decodeBlock(src, offset, dst, dstOffset + done);
    }
  }

  /** Decodes the block at {@code src[offset]} into {@code dst[dstOffset …]}. */
  abstract void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset);

  /** Encodes whole blocks; formats without blocks have a plainer loop. */
  void encodeBlocks(float[] src, int srcOffset, int count, MemorySegment dst, long offset) {
    int weights = format.weightsPerBlock();
    int bytes = format.bytesPerBlock();
    for (int done = 0; done < count; done += weights, offset += bytes) {
      encodeBlock(src, srcOffset + done, dst, offset);
    }
  }

  /** Encodes one block as weights are; few formats take more care with weights. */
  void encodeBlockCarefully(float[] src, int srcOffset, MemorySegment dst, long offset) {
    encodeBlock(src, srcOffset, dst, offset);
  }

  /** Encodes one block; a codec that leaves this as it is belongs to the decode-only list. */
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    throw new UnsupportedFormatException("encoding a row", "write", format, Codecs.encodable());
  }
}
