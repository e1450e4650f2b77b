package headroom.inference.kernel.assembled;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Rows of a format that lie apart, as those of a cache do.
 *
 * @param stride bytes from one to the next
 * @param values what they say, by row
 */
record StoredRows(byte[] bytes, int stride, float[][] values) {
  static StoredRows of(QuantFormat format, int columns, int count, Random random) {
    BlockCodec codec = Codecs.require(format, "the test");
    int stride = (int) format.bytesFor(columns).value() + 16;
    byte[] bytes = new byte[stride * count];
    float[][] values = new float[count][columns];
    MemorySegment data = MemorySegment.ofArray(bytes);
    for (int r = 0; r < count; r++) {
      codec.encodeRow(TileExamples.gaussian(columns, random), 0, columns, data, (long) r * stride);
      codec.decodeRow(data, (long) r * stride, values[r], 0, columns);
    }
    return new StoredRows(bytes, stride, values);
  }
}
