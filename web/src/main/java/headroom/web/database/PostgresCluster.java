package headroom.web.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The files of the database: created once, kept for ever.
 *
 * @param folder PostgreSQL's data directory
 * @param password of the one user, {@link #USER}
 */
record PostgresCluster(Path folder, String password) {
  static final String USER = "headroom";

  /** Opens the cluster below this folder, creating it if there is none yet. */
  static PostgresCluster open(Path dataFolder, Path binaries, UnprivilegedUser user)
      throws IOException {
    Path folder = dataFolder.resolve("cluster");
    Path passwordFile = dataFolder.resolve("password");
    if (!Files.isDirectory(folder)) {
      create(dataFolder, folder, passwordFile, binaries, user);
    }
    return new PostgresCluster(folder, Files.readString(passwordFile).strip());
  }

  private static void create(
      Path dataFolder, Path folder, Path passwordFile, Path binaries, UnprivilegedUser user)
      throws IOException {
    try (Stream<Path> entries = Files.list(dataFolder)) {
      for (Path left :
          entries.filter(e -> e.getFileName().toString().startsWith("creating-")).toList()) {
        FileSystemUtils.deleteRecursively(left);
      }
    }
    Path unfinished = dataFolder.resolve("creating-" + ProcessHandle.current().pid());
    Files.createDirectory(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.deleteIfExists(passwordFile);
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, newPassword() + "\n");
    user.own(unfinished);
    user.own(passwordFile);
    Path log = dataFolder.resolve("initdb.log");
    Process initdb =
        new ProcessBuilder(
                user.command(
                    List.of(
                        binaries.resolve("bin/initdb").toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + USER,
                        "--auth=scram-sha-256",
                        "--pwfile=" + passwordFile,
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                        "--no-instructions")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!finished(initdb, Duration.ofMinutes(2)) || initdb.exitValue() != 0) {
      initdb.destroyForcibly();
      throw new DatabaseStartException(
          "The database could not be created in " + dataFolder + ":\n" + Files.readString(log),
          "See " + log + "; another folder can be given with --headroom.data-dir=FOLDER.");
    }
    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String newPassword() {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /**
   * Makes sure that no server of an earlier process still runs on these files. One that was left
   * behind by a killed process ends by itself within a second; the data folder's lock is ours, so
   * nobody else can want it.
   */
  void awaitNoServer(Duration patience) throws IOException {
    Optional<ProcessHandle> left = runningServer();
    if (left.isEmpty()) {
      return;
    }
    ProcessHandle server = left.get();
    if (!ended(server, patience) && server.destroy() && !ended(server, patience)) {
      throw new DatabaseStartException(
          "A PostgreSQL left by an earlier start (process "
              + server.pid()
              + ") still runs on "
              + folder
              + ".",
          "End that process, then start again.");
    }
  }

  private Optional<ProcessHandle> runningServer() throws IOException {
    Path pidFile = folder.resolve("postmaster.pid");
    List<String> lines;
    try {
      lines = Files.readAllLines(pidFile);
    } catch (java.nio.file.NoSuchFileException e) {
      return Optional.empty();
    }
    if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d+")) {
      return Optional.empty();
    }
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    Optional<ProcessHandle> server =
        process.filter(p -> p.info().command().orElse("").endsWith("/postgres"));
    if (process.isPresent() && server.isEmpty()) {
      // The number now belongs to a stranger; PostgreSQL would take it for a server and refuse.
      Files.delete(pidFile);
    }
    return server;
  }

  private static boolean ended(ProcessHandle process, Duration patience) {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (java.util.concurrent.TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("waiting for process " + process.pid() + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean finished(Process process, Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
