package headroom.agent.cli;

import headroom.accuracy.SpeedCases;
import headroom.agent.files.WholeFile;
import headroom.calibrate.Calibration;
import headroom.catalogue.BuiltInCases;
import headroom.catalogue.Catalogue;
import headroom.measure.CaseRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fits the constants of speed to measurements. */
@Command(
    name = "calibrate",
    description =
        "Fit the constants of predicted speed to measurements and write them as TOML; the same measurements always give the same constants.")
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--measurements",
      paramLabel = "CASES.json",
      description = "JSON array of measurements; without it, the built-in ones.")
  private @Nullable Path measurements;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write the constants; without it, they are printed.")
  private @Nullable Path out;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  CalibrateCommand() {}

  @Override
  public Integer call() throws IOException {
    if (out != null) {
      new PathArgument("--out", out).targetInAnyFolder();
    }
    SpeedCases cases = SpeedCases.of(rows(), Catalogue.load());
    Calibration calibration = Calibration.of(cases.cases());
    String text = calibration.toToml(LocalDate.now());
    if (out == null) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
      return 0;
    }
    WholeFile.write(out, text.getBytes(StandardCharsets.UTF_8));
    spec.commandLine()
        .getOut()
        .printf(
            "%d measurements used, %d not; constants in %s%n",
            cases.cases().size(), cases.skipped().size(), out);
    return 0;
  }

  private List<CaseRow> rows() throws IOException {
    return measurements == null
        ? BuiltInCases.measurements()
        : CasesFile.read("--measurements", measurements);
  }
}
