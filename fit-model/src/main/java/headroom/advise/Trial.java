package headroom.advise;

import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.SpeedEstimate;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One candidate's answer held against what was wanted.
 *
 * @param report the answer
 * @param outcome whether it will do
 */
public record Trial(FitReport report, Outcome outcome) {
  /** Asks, and holds the answer against this speed in tokens per second. */
  public static Trial of(FitQuestion question, OptionalDouble minimumRate) {
    FitReport report = Fit.answer(question);
    return new Trial(report, Outcome.of(report, minimumRate));
  }

  /** True where it fits, fast enough. */
  public boolean good() {
    return outcome instanceof Outcome.Good;
  }

  /** Speed of one sequence at its full context; empty where none is predicted. */
  public Optional<SpeedEstimate> decode() {
    return report.decode();
  }
}
