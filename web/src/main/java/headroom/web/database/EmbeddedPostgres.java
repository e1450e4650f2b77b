package headroom.web.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server that lives and dies with this process: on 127.0.0.1 only, with a password,
 * with fsync on. It ends when this process ends, even by SIGKILL.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String DATABASE = "headroom";
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final int PORT_ATTEMPTS = 5;

  /**
   * Starts the server given as its arguments and holds standard input open; when that closes, which
   * it does however the Java process dies, the server gets SIGINT (PostgreSQL's "fast shutdown").
   */
  private static final String WATCHDOG =
      """
      exec 3<&0
      "$@" </dev/null & server=$!
      (read -r _ <&3; kill -INT $server) & watcher=$!
      exec 3<&-
      wait $server; status=$?
      kill $watcher 2>/dev/null
      exit $status
      """;

  private final DataFolder folder;
  private final PostgresCluster cluster;
  private final Process watchdog;
  private final int port;

  private EmbeddedPostgres(DataFolder folder, PostgresCluster cluster, Process watchdog, int port) {
    this.folder = folder;
    this.cluster = cluster;
    this.watchdog = watchdog;
    this.port = port;
  }

  /**
   * Starts the server on this folder, creating the database if there is none yet; returns when it
   * answers.
   *
   * @throws DatabaseStartException where it cannot, with the reason and what to do
   */
  public static EmbeddedPostgres start(Path dataFolder) {
    DataFolder folder = DataFolder.open(dataFolder);
    try {
      UnprivilegedUser user = UnprivilegedUser.find();
      Path binaries = PostgresBinaries.unpackInto(folder.path());
      PostgresCluster cluster = PostgresCluster.open(folder.path(), binaries, user);
      cluster.awaitNoServer(Duration.ofSeconds(20));
      EmbeddedPostgres server = launch(folder, cluster, binaries, user);
      server.createDatabase();
      return server;
    } catch (IOException | SQLException e) {
      folder.close();
      throw new DatabaseStartException(
          "The database in " + folder.path() + " could not be started: " + e,
          "See " + folder.path().resolve("postgres.log") + ".",
          e);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static EmbeddedPostgres launch(
      DataFolder folder, PostgresCluster cluster, Path binaries, UnprivilegedUser user)
      throws IOException {
    Path log = folder.path().resolve("postgres.log");
    if (Files.exists(log)) {
      Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      Process watchdog =
          new ProcessBuilder(command(cluster, binaries, user, port))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      EmbeddedPostgres server = new EmbeddedPostgres(folder, cluster, watchdog, port);
      if (server.answersWithin(START_PATIENCE)) {
        return server;
      }
      server.stop();
      String said = Files.readString(log);
      boolean anotherTryHelps =
          said.contains("Address already in use") || said.contains("still in use");
      if (attempt == PORT_ATTEMPTS || !anotherTryHelps) {
        throw new DatabaseStartException(
            "PostgreSQL did not start:\n" + lastLines(said, 8), "See " + log + " for all it said.");
      }
    }
  }

  private static List<String> command(
      PostgresCluster cluster, Path binaries, UnprivilegedUser user, int port) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid"); // so that Ctrl-C reaches the server only through us
    }
    command.addAll(List.of("sh", "-c", WATCHDOG, "postgres-watchdog"));
    command.addAll(
        user.command(
            List.of(
                binaries.resolve("bin/postgres").toString(),
                "-D",
                cluster.folder().toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=on")));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answersWithin(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (watchdog.isAlive() && System.nanoTime() < deadline) {
      try (Connection connection = connect("postgres")) {
        return connection.isValid(10);
      } catch (SQLException stillStarting) {
        sleep(Duration.ofMillis(50));
      }
    }
    return false;
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "select 1 from pg_database where datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("create database " + DATABASE);
      }
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(urlOf(database), PostgresCluster.USER, password());
  }

  private String urlOf(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public String jdbcUrl() {
    return urlOf(DATABASE);
  }

  public String username() {
    return PostgresCluster.USER;
  }

  public String password() {
    return cluster.password();
  }

  /** Stops the server, waits until its files are closed and frees the folder. */
  @Override
  public void close() {
    stop();
    folder.close();
  }

  private void stop() {
    try {
      watchdog.getOutputStream().close();
      if (!watchdog.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        watchdog.descendants().forEach(ProcessHandle::destroyForcibly);
        watchdog.destroyForcibly();
      }
    } catch (IOException e) {
      watchdog.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String lastLines(String text, int count) {
    List<String> lines = text.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
