package headroom.agent.cli;

import headroom.accuracy.NearestMeasurements;
import headroom.fit.FitQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a predicted speed can be held against, in lines for people. */
final class MeasuredText {
  private MeasuredText() {}

  /** The nearest measurements of decode and prefill, and the command that measures the same. */
  static List<String> of(FitQuestion question, Sources sources) {
    List<String> lines = new ArrayList<>();
    for (String prefix : List.of("tg", "pp")) {
      for (NearestMeasurements.Near near : SpeedCheck.nearest(question, prefix)) {
        lines.add(Wrapped.text("- ", "  ", row(near, sources)));
      }
    }
    if (!lines.isEmpty()) {
      lines.addAll(0, List.of("", "Measured nearby:"));
    }
    SpeedCheck.command(question)
        .ifPresent(
            command -> {
              lines.add("");
              lines.add("To check it on such a machine:");
              lines.add(Wrapped.command(command));
            });
    return lines;
  }

  private static String row(NearestMeasurements.Near near, Sources sources) {
    return String.format(
        Locale.ROOT,
        "%s, %s %s, %s: %.1f tok/s, tier %s [%d]",
        near.device(),
        near.model(),
        near.quant(),
        near.test(),
        near.tokensPerSecond(),
        near.tier(),
        sources.number(near.source()));
  }
}
