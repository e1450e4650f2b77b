package headroom.knob;

import headroom.device.Device;
import headroom.fit.FitQuestion;
import java.util.List;
import java.util.Optional;

/** One technique of a paper as a change to the question. */
public interface Knob {
  /** Slug by which papers and URLs name it, for example {@code kivi}. */
  String slug();

  /** For people, for example {@code KIVI 2-bit cache}. */
  String label();

  /** What it changes and what has to be true for that, one to three sentences. */
  String explanation();

  /** What kind of thing it changes. */
  KnobKind kind();

  /** What the papers themselves report, at least one figure. */
  List<PaperFigure> figures();

  /**
   * The same question with the knob turned. Where the model or the device stands against the
   * technique, a note of the question says so; where it cannot be applied at all, nothing else
   * changes.
   */
  FitQuestion turn(FitQuestion question);

  /** The hardware that the figures were measured on, each once; none where no paper says. */
  default List<String> measuredOn() {
    return figures().stream().flatMap(figure -> figure.hardware().stream()).distinct().toList();
  }

  /** Says so where the figures come from other hardware than this device. */
  default Optional<String> measuredElsewhere(Device device) {
    return Evidence.elsewhere(measuredOn(), device);
  }
}
