package headroom.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds files byte by byte, sound or not. */
final class GgufBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A version 3 file's first bytes with these counts. */
  static GgufBytes header(long tensors, long pairs) {
    return new GgufBytes().ascii("GGUF").u32(3).u64(tensors).u64(pairs);
  }

  GgufBytes ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  GgufBytes u8(int value) {
    out.write(value);
    return this;
  }

  GgufBytes u32(long value) {
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
    return this;
  }

  GgufBytes u64(long value) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  GgufBytes string(String text) {
    return u64(text.length()).ascii(text);
  }

  GgufBytes stringPair(String key, String value) {
    return string(key).u32(GgufType.STRING.id()).string(value);
  }

  GgufBytes u32Pair(String key, long value) {
    return string(key).u32(GgufType.UINT32.id()).u32(value);
  }

  /** A tensor entry of two dimensions. */
  GgufBytes tensor(String name, long rowLength, long rows, int format, long offset) {
    return string(name).u32(2).u64(rowLength).u64(rows).u32(format).u64(offset);
  }

  /** Zeros up to the next multiple of 32, then this many. */
  GgufBytes data(int bytes) {
    out.writeBytes(new byte[(32 - out.size() % 32) % 32 + bytes]);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** What the reader makes of the bytes built so far. */
  GgufHeader read() throws IOException {
    return read(bytes());
  }

  static GgufHeader read(byte[] bytes) throws IOException {
    return GgufReader.read(source(bytes));
  }

  static ByteSource source(byte[] bytes) {
    return claiming(bytes, bytes.length);
  }

  /** A source that claims to be larger than it is. */
  static ByteSource claiming(byte[] bytes, long size) {
    return new ByteSource() {
      @Override
      public String name() {
        return "test.gguf";
      }

      @Override
      public long size() {
        return size;
      }

      @Override
      public int read(long offset, byte[] target, int from, int length) {
        int some = (int) Math.min(length, bytes.length - offset);
        if (some <= 0) {
          return -1;
        }
        System.arraycopy(bytes, (int) offset, target, from, some);
        return some;
      }

      @Override
      public void close() {}
    };
  }
}
