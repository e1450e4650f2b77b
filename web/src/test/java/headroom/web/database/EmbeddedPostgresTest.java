package headroom.web.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.web.HeadroomApplication;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  /** One folder for all tests, so that the programs are unpacked once. */
  @TempDir static Path folder;

  @Test
  void committedRowsSurviveSigkillAndTheServerEndsWithItsProcess() throws Exception {
    PostgresProcess first = PostgresProcess.start(folder);
    try (Connection connection = first.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists kept (n int)");
      statement.execute("insert into kept select generate_series(1, 1000)");
    }
    first.kill();

    PostgresProcess second = PostgresProcess.start(folder); // at once, while the first ends
    try (Connection connection = second.connect()) {
      assertThat(number(connection, "select count(*) from kept")).isEqualTo(1000);
      assertThatThrownBy(first::connect).isInstanceOf(SQLException.class);
    } finally {
      second.terminate();
    }

    try (EmbeddedPostgres third = EmbeddedPostgres.start(folder);
        Connection connection = connect(third, third.password())) {
      assertThat(number(connection, "select count(*) from kept")).isEqualTo(1000);
    }
  }

  @Test
  void aSecondOneOnTheSameFolderIsRefusedWithWhatToDo() {
    try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
      assertThat(first.jdbcUrl()).startsWith("jdbc:postgresql://127.0.0.1:");
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
          .isInstanceOf(DatabaseStartException.class)
          .hasMessage(
              "The data folder %s is in use by another Headroom (process %d).",
              folder.toAbsolutePath(), ProcessHandle.current().pid())
          .satisfies(
              e ->
                  assertThat(((DatabaseStartException) e).action())
                      .contains("--headroom.data-dir=FOLDER"));
    }
  }

  @Test
  void aSecondSiteOnTheSameFolderEndsWithOneMessageAndStatusOne() throws Exception {
    try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
      Process second =
          PostgresProcess.java(
                  HeadroomApplication.class,
                  "--headroom.data-dir=" + folder,
                  "--server.port=0",
                  "--spring.main.lazy-initialization=false")
              .redirectErrorStream(true)
              .start();
      String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(said)
          .contains("is in use by another Headroom (process " + ProcessHandle.current().pid())
          .contains("Stop that one first")
          .doesNotContain("\tat ");
      assertThat(first.jdbcUrl()).isNotEmpty();
    }
  }

  @Test
  void itKeepsWhatItAcknowledgesAndListensToThisMachineOnly() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
        Connection connection = connect(postgres, postgres.password())) {
      assertThat(text(connection, "show fsync")).isEqualTo("on");
      assertThat(text(connection, "show synchronous_commit")).isEqualTo("on");
      assertThat(text(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(text(connection, "show unix_socket_directories")).isEmpty();
      assertThatThrownBy(() -> connect(postgres, "not the password"))
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void aServerNumberThatNowBelongsToAStrangerDoesNotStopTheStart() throws Exception {
    EmbeddedPostgres.start(folder).close();
    Path pidFile = folder.resolve("cluster/postmaster.pid");
    long stranger = ProcessHandle.current().parent().orElseThrow().pid();
    Files.writeString(pidFile, stranger + "\n" + folder.resolve("cluster") + "\n0\n0\n\n\n");

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
        Connection connection = connect(postgres, postgres.password())) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.createTempFile(folder, "not-a-folder", "");

    assertThatThrownBy(() -> EmbeddedPostgres.start(file.resolve("data")))
        .isInstanceOf(DatabaseStartException.class)
        .hasMessageContaining("The data folder " + file.resolve("data") + " cannot be used");
  }

  @Test
  void binariesAreNamedAfterSystemAndProcessor() {
    assertThat(PostgresBinaries.resourceName("Linux", "amd64"))
        .isEqualTo("postgres-linux-x86_64.txz");
    assertThat(PostgresBinaries.resourceName("Linux", "aarch64"))
        .isEqualTo("postgres-linux-arm_64.txz");
    assertThat(PostgresBinaries.resourceName("Mac OS X", "aarch64"))
        .isEqualTo("postgres-darwin-arm_64.txz");
  }

  private static Connection connect(EmbeddedPostgres postgres, String password)
      throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), password);
  }

  private static long number(Connection connection, String query) throws SQLException {
    return Long.parseLong(text(connection, query));
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }
}
