package headroom.web.database;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs for this machine, unpacked once per version into the data folder. */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /**
   * The folder that holds {@code bin/postgres}, unpacked if it is not there yet. Its name carries
   * the archive's SHA-256, so that a new version lies beside an old one; the final rename is
   * atomic, so that a half-unpacked folder is never used.
   */
  static Path unpackInto(Path dataFolder) throws IOException {
    byte[] archive = archiveFor(System.getProperty("os.name"), System.getProperty("os.arch"));
    Path wanted = dataFolder.resolve("bin-" + sha256(archive).substring(0, 16));
    if (Files.isDirectory(wanted)) {
      return wanted;
    }
    deleteUnfinished(dataFolder);
    Path unfinished = Files.createTempDirectory(dataFolder, "unpacking-");
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(entry, tar, unfinished);
      }
    }
    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.move(unfinished, wanted, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** The resource name that zonky's binaries use, for example {@code postgres-linux-x86_64.txz}. */
  static String resourceName(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : osName;
    String arch =
        switch (osArch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> osArch;
        };
    return "postgres-" + os.toLowerCase(Locale.ROOT).replace(' ', '-') + "-" + arch + ".txz";
  }

  private static byte[] archiveFor(String osName, String osArch) throws IOException {
    String name = resourceName(osName, osArch);
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new DatabaseStartException(
            "No PostgreSQL is packed for " + osName + " on " + osArch + " (" + name + ").",
            "Set SPRING_DATASOURCE_URL, _USERNAME and _PASSWORD to a PostgreSQL 16 or newer.");
      }
      return in.readAllBytes();
    }
  }

  private static void unpack(TarArchiveEntry entry, TarArchiveInputStream tar, Path folder)
      throws IOException {
    Path target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException("archive entry '" + entry.getName() + "' points outside its folder");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    boolean program = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static void deleteUnfinished(Path dataFolder) throws IOException {
    try (Stream<Path> entries = Files.list(dataFolder)) {
      for (Path entry :
          entries.filter(e -> e.getFileName().toString().startsWith("unpacking-")).toList()) {
        FileSystemUtils.deleteRecursively(entry);
      }
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
