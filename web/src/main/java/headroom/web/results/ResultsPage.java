package headroom.web.results;

import headroom.units.TokenRate;
import headroom.web.support.Field;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * A list of runs.
 *
 * @param path of this page, where the form leads
 * @param formats that the filter offers
 * @param tests that the filter offers
 * @param filtered true where any filter is set
 * @param previous address of the page before
 * @param next address of the page after
 * @param siteUrl where this site answers, for the command line
 */
record ResultsPage(
    RunState state,
    String path,
    Field model,
    Field cpu,
    Field engine,
    Field format,
    List<Option> formats,
    Field test,
    List<Option> tests,
    boolean filtered,
    List<String> faults,
    List<Row> rows,
    String count,
    Optional<String> previous,
    Optional<String> next,
    String siteUrl) {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * One run.
   *
   * @param model its shape, or the name in its header
   * @param engine with kernels and threads
   * @param measured day in UTC
   */
  record Row(
      String href,
      String model,
      String format,
      String cpu,
      String engine,
      String agent,
      String measured,
      List<Rate> rates,
      Optional<String> reason) {}

  /**
   * One test.
   *
   * @param rate median, with its unit
   */
  record Rate(String test, String rate) {}

  static ResultsPage of(
      RunState state,
      String path,
      FormInput input,
      RunList found,
      List<String> formats,
      List<String> tests,
      String siteUrl) {
    Map<String, String> asked = new TreeMap<>(input.sent());
    asked.keySet().retainAll(List.of("model", "cpu", "engine", "format", "test"));
    return new ResultsPage(
        state,
        path,
        input.field("model", "Model"),
        input.field("cpu", "Processor"),
        input.field("engine", "Engine"),
        input.field("format", "Weight format"),
        formats.stream().map(Option::of).toList(),
        input.field("test", "Test"),
        tests.stream().map(Option::of).toList(),
        !asked.isEmpty(),
        input.faults(),
        found.runs().stream().map(ResultsPage::row).toList(),
        count(found),
        found.page() > 1 ? Optional.of(address(path, asked, found.page() - 1)) : Optional.empty(),
        found.page() < found.pages()
            ? Optional.of(address(path, asked, found.page() + 1))
            : Optional.empty(),
        siteUrl);
  }

  public String title() {
    return accepted() ? "Results" : "Quarantined results";
  }

  public boolean accepted() {
    return state == RunState.ACCEPTED;
  }

  private static Row row(RunList.Row run) {
    return new Row(
        "/results/" + run.id(),
        run.shape().orElse(run.model()),
        run.format(),
        run.cpu(),
        "%s %s, %d %s"
            .formatted(
                run.engine(),
                run.kernels(),
                run.threads(),
                run.threads() == 1 ? "thread" : "threads"),
        run.agent(),
        DAY.format(run.created()),
        run.cells().stream()
            .map(cell -> new Rate(cell.test(), new TokenRate(cell.median()).toString()))
            .toList(),
        run.reason());
  }

  private static String count(RunList found) {
    if (found.total() == 0) {
      return "no run";
    }
    int first = (found.page() - 1) * found.size() + 1;
    return found.runs().isEmpty()
        ? "no run on page %d; there are %d in all".formatted(found.page(), found.total())
        : String.format(
            Locale.ROOT,
            "runs %,d to %,d of %,d, last received first",
            first,
            first + found.runs().size() - 1,
            found.total());
  }

  private static String address(String path, Map<String, String> asked, int page) {
    UriComponentsBuilder address = UriComponentsBuilder.fromPath(path);
    asked.forEach((name, value) -> address.queryParam(name, "{" + name + "}"));
    return address.queryParam("page", page).encode().buildAndExpand(asked).toUriString();
  }
}
