package headroom.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file on this machine. */
final class FileSource implements ByteSource {
  private final String name;
  private final FileChannel channel;
  private final long size;

  FileSource(Path file) throws IOException {
    this.name = String.valueOf(file.getFileName());
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.size = channel.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(long offset, byte[] target, int from, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(target, from, length), offset);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
