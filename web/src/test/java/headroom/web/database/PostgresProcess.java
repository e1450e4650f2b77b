package headroom.web.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** A Java process of its own that holds an embedded database until it is killed. */
final class PostgresProcess {
  private final Process process;
  private final String url;
  private final String password;

  private PostgresProcess(Process process, String url, String password) {
    this.process = process;
    this.url = url;
    this.password = password;
  }

  /** Runs in that process: starts the database, tells where it is, waits for ever. */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]));
    System.out.println(postgres.jdbcUrl() + " " + postgres.password());
    Thread.sleep(Long.MAX_VALUE);
  }

  static PostgresProcess start(Path folder) {
    try {
      Process process =
          java(PostgresProcess.class, folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("the process ended before its database was ready");
      }
      String[] words = line.split(" ");
      return new PostgresProcess(process, words[0], words[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** This JVM and class path, with another main class. */
  static ProcessBuilder java(Class<?> main, String... arguments) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, PostgresCluster.USER, password);
  }

  String url() {
    return url;
  }

  /** SIGKILL: no shutdown hook runs. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM. */
  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
