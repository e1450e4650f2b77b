package headroom.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static final String AGENT = "00000000-0000-4000-8000-000000000001";
  private static final String RUN = "00000000-0000-4000-8000-000000000002";

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void migrate() throws IOException {
    postgres = EmbeddedPostgres.start();
    Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    execute("truncate agents, runs, cells");
    execute(
        "insert into agents (id, name, key_hash, key_prefix, created_at) values ('"
            + AGENT
            + "', 'desk', sha256('key'), 'hr_abcd', now())");
  }

  @Test
  void migratingTwiceChangesNothing() {
    var again = Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
    assertThat(again.migrationsExecuted).isZero();
    assertThat(again.success).isTrue();
  }

  @Test
  void aRunWithItsCellsIsStored() throws SQLException {
    insertRun("accepted", "null", "sha256('{}')", AGENT);
    insertCell(0, "tg128", 0, 128, "12.5");
    assertThat(count("select count(*) from cells join runs on runs.id = run_id")).isEqualTo(1);
  }

  @Test
  void theHashMustBeThatOfTheDocument() {
    assertThatThrownBy(() -> insertRun("accepted", "null", "sha256('[]')", AGENT))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("hash_is_of_document");
  }

  @Test
  void aRunNeedsAnAgent() {
    assertThatThrownBy(() -> insertRun("accepted", "null", "sha256('{}')", RUN))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("runs_agent_id_fkey");
  }

  @Test
  void quarantineAndReasonGoTogether() {
    assertThatThrownBy(() -> insertRun("quarantined", "null", "sha256('{}')", AGENT))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("quarantine_has_reason");
    assertThatThrownBy(() -> insertRun("accepted", "'why'", "sha256('{}')", AGENT))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("quarantine_has_reason");
    assertThatThrownBy(() -> insertRun("rejected", "null", "sha256('{}')", AGENT))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("runs_state_check");
  }

  @Test
  void oneRunHasOneRowForATest() throws SQLException {
    insertRun("accepted", "null", "sha256('{}')", AGENT);
    insertCell(0, "tg128", 0, 128, "12.5");
    assertThatThrownBy(() -> insertCell(1, "tg128", 0, 128, "13"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("cells_run_id_test_key");
  }

  @Test
  void aCellIsEitherPrefillOrDecode() throws SQLException {
    insertRun("accepted", "null", "sha256('{}')", AGENT);
    assertThatThrownBy(() -> insertCell(0, "both", 512, 128, "12.5"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("prefill_or_decode");
  }

  @Test
  void aRateIsAFiniteNumberAboveZero() throws SQLException {
    insertRun("accepted", "null", "sha256('{}')", AGENT);
    for (String rate : new String[] {"0", "-1", "'Infinity'", "'NaN'"}) {
      assertThatThrownBy(() -> insertCell(0, "tg128", 0, 128, rate))
          .as(rate)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("rate");
    }
  }

  @Test
  void twoAgentsNeverShareAKey() {
    assertThatThrownBy(
            () ->
                execute(
                    "insert into agents (id, name, key_hash, key_prefix, created_at)"
                        + " values (gen_random_uuid(), 'other', sha256('key'), 'hr_abcd', now())"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("agents_key_hash_key");
  }

  @Test
  void removingARunRemovesItsCells() throws SQLException {
    insertRun("accepted", "null", "sha256('{}')", AGENT);
    insertCell(0, "tg128", 0, 128, "12.5");
    execute("delete from runs");
    assertThat(count("select count(*) from cells")).isZero();
  }

  private static void insertRun(String state, String reason, String sha256, String agent)
      throws SQLException {
    execute(
        """
        insert into runs (id, agent_id, received_at, document, document_sha256, created_at, engine,
            engine_build, runtime, kernels, threads, cpu_name, os, model_name, architecture, shape,
            format, parameters, file_bytes, header_sha256, synthetic, key_format, value_format,
            state, reason)
        values ('%s', '%s', now(), '{}', %s, now(), 'headroom', 'abc', 'embedded', 'vector-256', 2,
            'CPU', 'Linux', 'tiny', 'llama', 'tiny', 'Q8_0', 1000, 1100, repeat('0', 64), true,
            'f16', 'f16', '%s', %s)
        """
            .formatted(RUN, agent, sha256, state, reason));
  }

  private static void insertCell(int position, String test, int prompt, int generated, String rate)
      throws SQLException {
    execute(
        """
        insert into cells (run_id, position, test, prompt_tokens, generated_tokens, depth,
            median_rate, low_rate, high_rate, samples)
        values ('%s', %d, '%s', %d, %d, 0, %s, %s, %s, 5)
        """
            .formatted(RUN, position, test, prompt, generated, rate, rate, rate));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
