package headroom.web.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds the embedded database, locked for as long as this process uses it. The
 * operating system frees the lock however the process dies.
 */
final class DataFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the folder where it is missing and takes its lock.
   *
   * @throws DatabaseStartException where another process holds the lock or the folder cannot be
   *     written
   */
  static DataFolder open(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      Path lockFile = path.resolve("lock");
      FileChannel channel =
          FileChannel.open(
              lockFile,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        String holder = Files.readString(lockFile).strip();
        channel.close();
        throw inUse(path, holder);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return new DataFolder(path, channel);
    } catch (IOException e) {
      throw new DatabaseStartException(
          "The data folder " + path + " cannot be used: " + e,
          "Give a folder that this user may write with --headroom.data-dir=FOLDER.",
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException held) { // by another thread of this same process
      return null;
    }
  }

  private static DatabaseStartException inUse(Path path, String holder) {
    return new DatabaseStartException(
        "The data folder "
            + path
            + " is in use by another Headroom"
            + (holder.isEmpty() ? "." : " (process " + holder + ")."),
        "Stop that one first, give another folder with --headroom.data-dir=FOLDER, or let several"
            + " instances share one PostgreSQL through SPRING_DATASOURCE_URL.");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("lock of " + path + " could not be released", e);
    }
  }
}
