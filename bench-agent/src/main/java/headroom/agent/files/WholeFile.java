package headroom.agent.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes a file whole or not at all: a reader never sees half of it, whenever the power fails. */
public final class WholeFile {
  private WholeFile() {}

  /** Writes it, readable by everyone that the umask allows. */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, content, false);
  }

  /** Writes it for the owner alone (0600) where the file system knows owners. */
  public static void writePrivate(Path file, byte[] content) throws IOException {
    write(file, content, true);
  }

  private static void write(Path file, byte[] content, boolean ownerOnly) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is a folder; wanted the name of a file");
    }
    Files.createDirectories(folder);
    // createTempFile makes it 0600 on POSIX file systems.
    Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".part");
    try {
      if (!ownerOnly && posix(temporary)) {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      }
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static boolean posix(Path file) throws IOException {
    return Files.getFileStore(file).supportsFileAttributeView("posix");
  }
}
