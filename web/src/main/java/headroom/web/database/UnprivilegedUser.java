package headroom.web.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How PostgreSQL's programs are started: it refuses to run as root, so for root they run in a user
 * namespace of their own, or else as the system's {@code postgres} user.
 */
sealed interface UnprivilegedUser {
  /** The command with whatever must stand before it. */
  List<String> command(List<String> command);

  /** Gives the user what lies below this folder. */
  void own(Path folder) throws IOException;

  /** Nothing to do: this process is not root. */
  record Self() implements UnprivilegedUser {
    @Override
    public List<String> command(List<String> command) {
      return command;
    }

    @Override
    public void own(Path folder) {}
  }

  /** A new user namespace, in which the files of root belong to the one user there is. */
  record Namespace() implements UnprivilegedUser {
    @Override
    public List<String> command(List<String> command) {
      return prefixed(List.of("unshare", "-U"), command);
    }

    @Override
    public void own(Path folder) {}
  }

  /** The system's {@code postgres} user; every folder above must be open to it. */
  record PostgresUser() implements UnprivilegedUser {
    @Override
    public List<String> command(List<String> command) {
      return prefixed(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"), command);
    }

    @Override
    public void own(Path folder) throws IOException {
      UserPrincipal postgres =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : (Iterable<Path>) paths::iterator) {
          Files.setOwner(path, postgres);
        }
      }
    }
  }

  /** Chooses by trying. */
  static UnprivilegedUser find() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new Self();
    }
    for (UnprivilegedUser candidate : List.of(new Namespace(), new PostgresUser())) {
      if (succeeds(candidate.command(List.of("true")))) {
        return candidate;
      }
    }
    throw new DatabaseStartException(
        "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv"
            + " --reuid=postgres' works here.",
        "Start Headroom as an ordinary user, or set SPRING_DATASOURCE_URL to a PostgreSQL of"
            + " yours.");
  }

  private static List<String> prefixed(List<String> prefix, List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) { // the program is not installed
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
