package headroom.agent.cli;

import headroom.agent.accuracy.AccuracyReport;
import headroom.agent.accuracy.CaseRow;
import headroom.agent.accuracy.FitAccuracy;
import headroom.agent.accuracy.NotCasesException;
import headroom.agent.accuracy.SpeedAccuracy;
import headroom.agent.json.RunJson;
import headroom.catalogue.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
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
      super(FitAccuracy::of);
    }
  }

  /** Speed against benchmarks. */
  @Command(name = "speed", description = "Predicted decode and prefill speed against measurements.")
  static final class OfSpeed extends OfCases {
    OfSpeed() {
      super(SpeedAccuracy::of);
    }
  }

  /** What both have in common. */
  abstract static class OfCases implements Callable<Integer> {
    private final BiFunction<List<CaseRow>, Catalogue, AccuracyReport> compare;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "CASES.json", description = "JSON array of cases with what was seen.")
    private Path file;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    OfCases(BiFunction<List<CaseRow>, Catalogue, AccuracyReport> compare) {
      this.compare = compare;
    }

    @Override
    public Integer call() throws IOException {
      if (!Files.isRegularFile(file)) {
        throw CommandFailure.badArgument("no such file: " + file);
      }
      AccuracyReport report = compare.apply(rows(), Catalogue.load());
      spec.commandLine()
          .getOut()
          .println(
              json
                  ? RunJson.mapper().writeValueAsString(AccuracyJson.of(report))
                  : AccuracyText.of(report));
      return 0;
    }

    private List<CaseRow> rows() throws IOException {
      try {
        return CaseRow.read(file);
      } catch (NotCasesException e) {
        throw CommandFailure.badArgument(String.valueOf(e.getMessage()));
      }
    }
  }
}
