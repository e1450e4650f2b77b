package headroom.fit;

import headroom.fit.Remedy.Change;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** One search for remedies: what was asked, what was answered, and what has been found so far. */
final class RemedySearch {
  private final FitReport report;
  private final FitQuestion asked;
  private final List<Remedy> remedies = new ArrayList<>();
  private final List<DeadEnd> deadEnds = new ArrayList<>();

  /**
   * @param report of a question that does not fit
   */
  RemedySearch(FitReport report) {
    this.report = report;
    this.asked = report.computed();
  }

  /** What does not fit. */
  FitReport report() {
    return report;
  }

  /** The question whose neighbours are asked. */
  FitQuestion asked() {
    return asked;
  }

  Remedies found() {
    return new Remedies(remedies, deadEnds);
  }

  /** True where it fits, and then a remedy; the answer tells the rest. */
  boolean ask(Change change, FitQuestion question) {
    FitReport answer = Fit.answer(question);
    // An engine that cannot use a device is answered by another one.
    if (!runs(answer) || !answer.computed().engine().equals(asked.engine())) {
      return false;
    }
    remedies.add(
        new Remedy(
            change,
            question.withPlacement(answer.placement()),
            answer.verdict().headroom(),
            answer.memory().deviceTotal(),
            report.memory().deviceTotal().minus(answer.memory().deviceTotal()),
            answer.memory().hostTotal(),
            answer.decode().map(SpeedEstimate::median)));
    return true;
  }

  /** True where a question fits whose change is not the remedy yet. */
  static boolean fits(FitQuestion question) {
    return runs(Fit.answer(question));
  }

  private static boolean runs(FitReport answer) {
    return !(answer.verdict() instanceof Verdict.Unknown)
        && !answer.verdict().headroom().isNegative();
  }

  /** A change that is not enough. */
  void deadEnd(Change change, FitQuestion question) {
    deadEnd(change, question, OptionalDouble.empty());
  }

  /**
   * The same of weights.
   *
   * @param bits that each weight could take; empty where none would do
   */
  void deadEnd(Change change, FitQuestion question, OptionalDouble bits) {
    FitReport answer = Fit.answer(question);
    deadEnds.add(
        new DeadEnd(
            change, Bytes.ZERO.minus(answer.verdict().headroom()), answer.isShortOnHost(), bits));
  }

  /** Takes back remedies whose change another one names too. */
  void withdraw(Predicate<Change> named) {
    remedies.removeIf(remedy -> named.test(remedy.change()));
  }

  /** Bytes of the weights that a question is about. */
  static long weightBytes(FitQuestion question) {
    return StoredWeights.of(question.model(), question.weights()).total().value();
  }
}
