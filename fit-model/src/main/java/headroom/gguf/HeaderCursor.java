package headroom.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads little-endian values front to back through a small window and knows where it stands. */
final class HeaderCursor {
  private static final int WINDOW = 1 << 16;

  private final ByteSource source;
  private final long size;
  private final byte[] window = new byte[WINDOW];
  private final ByteBuffer view = ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowStart;

  HeaderCursor(ByteSource source) {
    this.source = source;
    this.size = source.size();
  }

  /** Byte offset of the next value. */
  long position() {
    return windowStart + view.position();
  }

  long remaining() {
    return size - position();
  }

  long size() {
    return size;
  }

  int u8(String what) throws IOException {
    return require(1, what).get() & 0xFF;
  }

  int u16(String what) throws IOException {
    return require(2, what).getShort() & 0xFFFF;
  }

  long u32(String what) throws IOException {
    return require(4, what).getInt() & 0xFFFF_FFFFL;
  }

  long u64(String what) throws IOException {
    return require(8, what).getLong();
  }

  /** A string of at most {@code longest} bytes; malformed UTF-8 fails where {@code strict}. */
  String string(String what, long longest, boolean strict) throws IOException {
    long at = position();
    long length = u64("the length of " + what);
    if (length < 0 || length > remaining()) {
      throw fault(
          at,
          "found a length of %s bytes for %s; wanted at most the %d bytes that remain of the file (is the download complete?)"
              .formatted(Long.toUnsignedString(length), what, remaining()));
    }
    if (length > longest) {
      throw fault(
          at,
          "found a length of %d bytes for %s; wanted at most %d".formatted(length, what, longest));
    }
    byte[] bytes = bytes((int) length, what);
    var decoder = StandardCharsets.UTF_8.newDecoder();
    if (!strict) {
      decoder.onMalformedInput(CodingErrorAction.REPLACE);
      decoder.onUnmappableCharacter(CodingErrorAction.REPLACE);
    }
    try {
      return decoder.decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw fault(at, "found bytes that are not UTF-8 in %s; wanted text".formatted(what));
    }
  }

  GgufFormatException fault(long offset, String reason) {
    return new GgufFormatException(source.name(), offset, reason);
  }

  private byte[] bytes(int length, String what) throws IOException {
    byte[] bytes = new byte[Math.min(length, WINDOW)];
    int filled = 0;
    while (filled < length) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * filled));
      }
      if (!view.hasRemaining()) {
        require(1, what);
      }
      int some = Math.min(view.remaining(), bytes.length - filled);
      view.get(bytes, filled, some);
      filled += some;
    }
    return bytes;
  }

  private ByteBuffer require(int count, String what) throws IOException {
    if (view.remaining() < count) {
      refill(count, what);
    }
    return view;
  }

  private void refill(int count, String what) throws IOException {
    long start = position();
    view.compact();
    windowStart = start;
    int filled = view.position();
    while (filled < count) {
      int got = source.read(start + filled, window, filled, WINDOW - filled);
      if (got <= 0) {
        throw fault(
            start,
            "found the end of the file; wanted the %d bytes of %s (is the download complete?)"
                .formatted(count, what));
      }
      filled += got;
    }
    view.position(0).limit(filled);
  }
}
