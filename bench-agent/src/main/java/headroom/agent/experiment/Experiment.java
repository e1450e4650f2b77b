package headroom.agent.experiment;

import java.io.IOException;
import java.util.List;

/**
 * A technique that can be tried.
 *
 * @param slug its name on the command line
 * @param title what it does, one sentence without a full stop
 * @param paper arXiv id of the paper it is from
 * @param trial runs the model without it, then with it
 */
public record Experiment(String slug, String title, String paper, Trial trial) {
  /** Runs and measures. */
  @FunctionalInterface
  public interface Trial {
    /**
     * The ways of running the model, the one without the technique first.
     *
     * @throws NotForThisModelException where the model has not what the technique is about
     */
    List<Row> run(Setting setting) throws IOException;
  }

  /** Where to read the paper. */
  public String link() {
    return "https://arxiv.org/abs/" + paper;
  }
}
