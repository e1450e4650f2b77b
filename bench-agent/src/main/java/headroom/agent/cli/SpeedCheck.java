package headroom.agent.cli;

import headroom.accuracy.NearestMeasurements;
import headroom.catalogue.BuiltInCases;
import headroom.fit.FitQuestion;
import headroom.quant.GgufMix;
import java.util.List;
import java.util.Optional;

/** What a predicted speed can be held against: measurements nearby, and a run of one's own. */
final class SpeedCheck {
  private static final int ROWS = 3;

  private SpeedCheck() {}

  /** Measurements of decode ({@code tg}) or prefill ({@code pp}), nearest first. */
  static List<NearestMeasurements.Near> nearest(FitQuestion question, String prefix) {
    return NearestMeasurements.of(BuiltInCases.measurements(), question, prefix, ROWS);
  }

  /** The command that measures the same; empty for formats that are no mix of llama.cpp. */
  static Optional<String> command(FitQuestion question) {
    return question.weights() instanceof GgufMix mix
        ? Optional.of(
            "./headroom bench --model %s:%s --tests pp512,tg128 --depth 0,%d"
                .formatted(question.model().id(), mix.id(), question.contextPerSequence()))
        : Optional.empty();
  }
}
