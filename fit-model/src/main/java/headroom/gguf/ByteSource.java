package headroom.gguf;

import java.io.IOException;

/** Bytes of known extent that a header is read from, front to back. */
public interface ByteSource extends AutoCloseable {
  /** File name or URL, for messages. */
  String name();

  /** Bytes of the whole file, tensor data included. */
  long size();

  /**
   * Reads up to {@code length} bytes that start at {@code offset}. Calls come with rising offsets.
   *
   * @return bytes read, at least 1, or -1 where the file ends before {@code offset}
   */
  int read(long offset, byte[] target, int from, int length) throws IOException;

  @Override
  void close() throws IOException;
}
