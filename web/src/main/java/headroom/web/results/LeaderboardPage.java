package headroom.web.results;

import headroom.units.TokenRate;
import headroom.web.support.Field;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A leaderboard.
 *
 * @param board what is ranked; absent where no run agrees with what was asked
 * @param others boards that have rows, for going on
 * @param filtered true where the rows are narrowed by processor or engine
 * @param siteUrl where this site answers, for the command line
 */
record LeaderboardPage(
    Field model,
    List<Option> models,
    Field format,
    List<Option> formats,
    Field test,
    List<Option> tests,
    Field cache,
    List<Option> caches,
    Field cpu,
    Field engine,
    List<String> faults,
    Optional<Board> board,
    List<Row> rows,
    List<Board> others,
    boolean filtered,
    String siteUrl) {
  /** Boards offered as links below a table. */
  private static final int OTHERS = 24;

  /**
   * One row.
   *
   * @param rank from 1
   * @param percent of the fastest row, for the bar
   * @param share of the measured read bandwidth in percent
   */
  record Row(
      int rank,
      String href,
      String cpu,
      String agent,
      String engine,
      String rate,
      String interval,
      long percent,
      Optional<Long> share,
      int runs) {}

  static LeaderboardPage of(
      FormInput input,
      List<Board> boards,
      Optional<Board> board,
      List<Standing> standings,
      String siteUrl) {
    return new LeaderboardPage(
        chosen(input.field("model", "Model"), board.map(Board::model)),
        boards.stream().map(b -> new Option(b.model(), b.label())).distinct().toList(),
        chosen(input.field("format", "Weight format"), board.map(Board::format)),
        options(boards, Board::format),
        chosen(input.field("test", "Test"), board.map(Board::test)),
        options(boards, Board::test),
        chosen(input.field("cache", "KV cache"), board.map(Board::cache)),
        options(boards, Board::cache),
        input.field("cpu", "Processor"),
        input.field("engine", "Engine"),
        input.faults(),
        board,
        rows(standings),
        boards.stream().filter(b -> !Optional.of(b).equals(board)).limit(OTHERS).toList(),
        input.text("cpu").isPresent() || input.text("engine").isPresent(),
        siteUrl);
  }

  private static List<Option> options(List<Board> boards, Function<Board, String> part) {
    return boards.stream().map(part).distinct().map(Option::of).toList();
  }

  private static Field chosen(Field field, Optional<String> value) {
    return new Field(field.name(), field.label(), value.orElse(field.value()), field.error());
  }

  private static List<Row> rows(List<Standing> standings) {
    List<Row> rows = new ArrayList<>();
    for (Standing standing : standings) {
      rows.add(
          new Row(
              rows.size() + 1,
              "/results/" + standing.run(),
              standing.cpu(),
              standing.agent(),
              "%s %s, %d %s"
                  .formatted(
                      standing.engine(),
                      standing.kernels(),
                      standing.threads(),
                      standing.threads() == 1 ? "thread" : "threads"),
              new TokenRate(standing.median()).toString(),
              Rates.interval(new TokenRate(standing.low()), new TokenRate(standing.high())),
              Math.round(100 * standing.median() / standings.getFirst().median()),
              standing.shareOfCeiling().stream().mapToObj(s -> Math.round(100 * s)).findFirst(),
              standing.runs()));
    }
    return rows;
  }
}
