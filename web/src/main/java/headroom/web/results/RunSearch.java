package headroom.web.results;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Lists runs by their columns, without loading documents. */
@Component
class RunSearch {
  static final int PAGE_SIZE = 25;

  /** Every named parameter is always bound; an empty text asks nothing. */
  private static final String MATCHES =
      """
      from runs r join agents a on a.id = r.agent_id
      where r.state = :state
        and (:model = '' or strpos(lower(r.model_name), lower(:model)) > 0
             or strpos(lower(coalesce(r.shape, '')), lower(:model)) > 0)
        and (:cpu = '' or strpos(lower(r.cpu_name), lower(:cpu)) > 0)
        and (:engine = '' or strpos(lower(r.engine), lower(:engine)) > 0)
        and (:format = '' or lower(r.format) = lower(:format))
        and (:test = '' or exists (select 1 from cells c where c.run_id = r.id and c.test = :test))
      """;

  private final JdbcClient jdbc;

  RunSearch(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Runs that match, last received first. */
  @Transactional(readOnly = true)
  RunList find(RunFilter filter) {
    Map<String, Object> asked =
        Map.of(
            "state", filter.state().id(),
            "model", filter.model(),
            "cpu", filter.cpu(),
            "engine", filter.engine(),
            "format", filter.format(),
            "test", filter.test(),
            "size", PAGE_SIZE,
            "skip", (filter.page() - 1) * PAGE_SIZE);
    long total = jdbc.sql("select count(*) " + MATCHES).params(asked).query(Long.class).single();
    Map<UUID, List<RunList.Cell>> cells = new LinkedHashMap<>();
    List<RunList.Row> rows =
        jdbc.sql(
                "select r.id, r.created_at, r.received_at, a.name as agent, r.cpu_name, r.engine,"
                    + " r.engine_build, r.kernels, r.threads, r.model_name, r.shape, r.format,"
                    + " r.key_format, r.value_format, r.synthetic, r.state, r.reason "
                    + MATCHES
                    + " order by r.received_at desc, r.id limit :size offset :skip")
            .params(asked)
            .query((row, number) -> row(row, cells))
            .list();
    fill(cells);
    return new RunList(filter.page(), PAGE_SIZE, total, rows);
  }

  /** Formats that any accepted run has, for a filter to offer. */
  List<String> formats() {
    return jdbc.sql("select distinct format from runs where state = 'accepted' order by format")
        .query(String.class)
        .list();
  }

  /** Tests that any accepted run has, for a filter to offer. */
  List<String> tests() {
    return jdbc.sql(
            """
            select c.test from cells c join runs r on r.id = c.run_id where r.state = 'accepted'
            group by c.test order by max(c.depth), max(c.generated_tokens), c.test
            """)
        .query(String.class)
        .list();
  }

  private static RunList.Row row(ResultSet row, Map<UUID, List<RunList.Cell>> cells)
      throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    return new RunList.Row(
        id,
        instant(row, "created_at"),
        instant(row, "received_at"),
        row.getString("agent"),
        row.getString("cpu_name"),
        row.getString("engine"),
        row.getString("engine_build"),
        row.getString("kernels"),
        row.getInt("threads"),
        row.getString("model_name"),
        Optional.ofNullable(row.getString("shape")),
        row.getString("format"),
        row.getString("key_format"),
        row.getString("value_format"),
        row.getBoolean("synthetic"),
        row.getString("state"),
        Optional.ofNullable(row.getString("reason")),
        "/api/v1/runs/" + id,
        cells.computeIfAbsent(id, run -> new ArrayList<>()));
  }

  private void fill(Map<UUID, List<RunList.Cell>> cells) {
    if (cells.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            select run_id, test, median_rate, low_rate, high_rate, samples, share_of_ceiling
            from cells where run_id in (:ids) order by run_id, position
            """)
        .param("ids", cells.keySet())
        .query(
            row -> {
              List<RunList.Cell> ofRun = cells.get(row.getObject("run_id", UUID.class));
              if (ofRun != null) {
                ofRun.add(cell(row));
              }
            });
  }

  private static RunList.Cell cell(ResultSet row) throws SQLException {
    double value = row.getDouble("share_of_ceiling");
    Optional<Double> share = row.wasNull() ? Optional.empty() : Optional.of(value);
    return new RunList.Cell(
        row.getString("test"),
        row.getDouble("median_rate"),
        row.getDouble("low_rate"),
        row.getDouble("high_rate"),
        row.getInt("samples"),
        share);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
