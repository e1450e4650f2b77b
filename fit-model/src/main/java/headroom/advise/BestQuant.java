package headroom.advise;

import headroom.advise.Ladder.Rung;
import headroom.fit.FitQuestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which weight format to take for a model on a machine: the one of least published loss that fits
 * at the wanted speed.
 *
 * @param choices the formats tried, best quality first
 */
public record BestQuant(List<Choice> choices) {
  public BestQuant {
    choices = List.copyOf(choices);
  }

  /**
   * One format.
   *
   * @param rung the format and its loss
   * @param trial its answer
   */
  public record Choice(Rung rung, Trial trial) {}

  /**
   * Tries every format.
   *
   * @param asked everything but the weights
   * @param minimumRate tokens per second, where there is a wish
   */
  public static BestQuant of(FitQuestion asked, Ladder ladder, OptionalDouble minimumRate) {
    List<Choice> choices = new ArrayList<>();
    for (Rung rung : ladder.rungs()) {
      choices.add(choice(asked, rung, minimumRate));
    }
    return new BestQuant(choices);
  }

  /** Tries formats from the best down until one will do. */
  public static BestQuant untilGood(FitQuestion asked, Ladder ladder, OptionalDouble minimumRate) {
    List<Choice> choices = new ArrayList<>();
    for (Rung rung : ladder.rungs()) {
      Choice choice = choice(asked, rung, minimumRate);
      choices.add(choice);
      if (choice.trial().good()) {
        break;
      }
    }
    return new BestQuant(choices);
  }

  private static Choice choice(FitQuestion asked, Rung rung, OptionalDouble minimumRate) {
    return new Choice(rung, Trial.of(asked.withWeights(rung.mix()), minimumRate));
  }

  /** The format to take; empty where none will do. */
  public Optional<Choice> best() {
    return choices.stream().filter(choice -> choice.trial().good()).findFirst();
  }

  /** The format that comes nearest to doing; empty where none was tried. */
  public Optional<Choice> nearest() {
    return choices.stream()
        .min(Comparator.comparingDouble(choice -> choice.trial().outcome().distance()));
  }
}
