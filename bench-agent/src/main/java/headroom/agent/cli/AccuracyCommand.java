package headroom.agent.cli;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.FitAccuracy;
import headroom.accuracy.SpeedAccuracy;
import headroom.accuracy.SpeedCases;
import headroom.agent.json.RunJson;
import headroom.calibrate.Calibration;
import headroom.catalogue.BuiltInCases;
import headroom.catalogue.Catalogue;
import headroom.measure.CaseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows how far predictions lie from reality. */
@Command(
    name = "accuracy",
    description =
        "Hold predictions against real logs and measurements: a row per case, then how far they lie apart.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AccuracyCommand.OfFit.class, AccuracyCommand.OfSpeed.class})
final class AccuracyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  AccuracyCommand() {}

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Memory against load logs. */
  @Command(
      name = "fit",
      description = "Predicted memory against the buffer and file sizes of real logs.")
  static final class OfFit extends OfCases {
    OfFit() {
      super(FitAccuracy::of, BuiltInCases::memoryLogs);
    }
  }

  /** Speed against benchmarks. */
  @Command(name = "speed", description = "Predicted decode and prefill speed against measurements.")
  static final class OfSpeed extends OfCases {
    OfSpeed() {
      super(SpeedAccuracy::of, BuiltInCases::measurements);
    }

    @Override
    String text(List<CaseRow> rows, Catalogue catalogue) {
      SpeedCases asked = SpeedCases.of(rows, catalogue);
      AccuracyReport report = SpeedAccuracy.of(asked);
      AccuracyReport leftOut =
          Calibration.leftOut(asked, SpeedCases.of(BuiltInCases.measurements(), catalogue).cases());
      return json()
          ? RunJson.mapper().writeValueAsString(AccuracyJson.of(report, leftOut))
          : AccuracyText.of(report, leftOut);
    }
  }

  /** What both have in common. */
  abstract static class OfCases implements Callable<Integer> {
    private final BiFunction<List<CaseRow>, Catalogue, AccuracyReport> compare;
    private final Supplier<List<CaseRow>> builtIn;

    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "CASES.json",
        arity = "0..1",
        description = "JSON array of cases with what was seen; without it, the built-in ones.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    OfCases(
        BiFunction<List<CaseRow>, Catalogue, AccuracyReport> compare,
        Supplier<List<CaseRow>> builtIn) {
      this.compare = compare;
      this.builtIn = builtIn;
    }

    @Override
    public Integer call() throws IOException {
      spec.commandLine().getOut().println(text(rows(), Catalogue.load()));
      return 0;
    }

    String text(List<CaseRow> rows, Catalogue catalogue) {
      AccuracyReport report = compare.apply(rows, catalogue);
      return json
          ? RunJson.mapper().writeValueAsString(AccuracyJson.of(report))
          : AccuracyText.of(report);
    }

    boolean json() {
      return json;
    }

    private List<CaseRow> rows() throws IOException {
      return file == null ? builtIn.get() : CasesFile.read("CASES.json", file);
    }
  }
}
