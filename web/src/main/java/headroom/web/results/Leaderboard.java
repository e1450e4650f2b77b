package headroom.web.results;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Ranks accepted runs by the medians that the server computed. */
@Component
class Leaderboard {
  /** Rows of one table. */
  static final int LONGEST = 200;

  private static final int MOST_BOARDS = 500;

  private final JdbcClient jdbc;

  Leaderboard(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Every board with a row, the fullest first. */
  List<Board> boards() {
    return jdbc.sql(
            """
            with kept as (
              select coalesce(r.shape, r.header_sha256) as model,
                     coalesce(r.shape, r.model_name || ' (header ' || left(r.header_sha256, 8) || ')')
                       as label,
                     r.format, r.key_format || ',' || r.value_format as cache,
                     r.agent_id, r.cpu_name, c.test, c.depth, c.generated_tokens
              from cells c join runs r on r.id = c.run_id
              where r.state = 'accepted')
            select model, min(label) as label, format, test, cache,
                   count(distinct (agent_id, cpu_name)) as machines
            from kept
            group by model, format, test, cache, depth, generated_tokens
            order by machines desc, depth, generated_tokens desc, model, format, test
            limit :most
            """)
        .param("most", MOST_BOARDS)
        .query(
            (row, number) ->
                new Board(
                    row.getString("model"),
                    row.getString("label"),
                    row.getString("format"),
                    row.getString("test"),
                    row.getString("cache"),
                    row.getInt("machines")))
        .list();
  }

  /**
   * The rows of a board, fastest first. An agent has one row for each processor it ran on, and that
   * row is its middle run (the slower of the two in the middle): the best of many tries says more
   * about the number of tries than about the machine.
   *
   * @param cpu part of the processor's name, empty for all
   * @param engine part of the engine's name, empty for all
   */
  List<Standing> standings(Board board, String cpu, String engine) {
    return jdbc.sql(
            """
            with tries as (
              select r.id, a.name as agent, r.cpu_name, r.engine, r.kernels, r.threads,
                     c.median_rate, c.low_rate, c.high_rate, c.share_of_ceiling,
                     row_number() over (partition by r.agent_id, r.cpu_name
                                        order by c.median_rate, r.id) as place,
                     count(*) over (partition by r.agent_id, r.cpu_name) as runs
              from cells c
              join runs r on r.id = c.run_id
              join agents a on a.id = r.agent_id
              where r.state = 'accepted'
                and coalesce(r.shape, r.header_sha256) = :model and r.format = :format
                and c.test = :test and r.key_format || ',' || r.value_format = :cache
                and (:cpu = '' or strpos(lower(r.cpu_name), lower(:cpu)) > 0)
                and (:engine = '' or strpos(lower(r.engine), lower(:engine)) > 0))
            select * from tries where place = (runs + 1) / 2
            order by median_rate desc, id limit :most
            """)
        .params(
            Map.of(
                "model", board.model(),
                "format", board.format(),
                "test", board.test(),
                "cache", board.cache(),
                "cpu", cpu,
                "engine", engine,
                "most", LONGEST))
        .query((row, number) -> standing(row))
        .list();
  }

  private static Standing standing(ResultSet row) throws SQLException {
    double share = row.getDouble("share_of_ceiling");
    boolean unknown = row.wasNull();
    return new Standing(
        row.getObject("id", UUID.class),
        row.getString("agent"),
        row.getString("cpu_name"),
        row.getString("engine"),
        row.getString("kernels"),
        row.getInt("threads"),
        row.getDouble("median_rate"),
        row.getDouble("low_rate"),
        row.getDouble("high_rate"),
        unknown ? OptionalDouble.empty() : OptionalDouble.of(share),
        row.getInt("runs"));
  }
}
