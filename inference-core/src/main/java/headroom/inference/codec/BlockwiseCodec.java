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
    Objects.checkFromIndexSize(offset, format.bytesFor(count).value(), dst.byteSize());
    Objects.checkFromIndexSize(srcOffset, count, src.length);
    int weights = format.weightsPerBlock();
    int bytes = format.bytesPerBlock();
    for (int done = 0; done < count; done += weights, offset += bytes) {
      encodeBlock(src, srcOffset + done, dst, offset);
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

  /** Encodes one block; a codec that leaves this as it is belongs to the decode-only list. */
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    throw new UnsupportedFormatException("encoding a row", "write", format, Codecs.encodable());
  }
}
