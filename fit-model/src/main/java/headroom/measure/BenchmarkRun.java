package headroom.measure;

import java.util.List;

/**
 * The run document, version 1: what the agent measured, raw. It carries no score; whoever shows it
 * computes one with {@link RunSummary}.
 *
 * @param version of this document, 1
 * @param id UUID made by the agent; sending the same run twice is one run
 * @param created when measuring began, ISO-8601 instant
 * @param agent which program measured
 * @param environment the machine as read
 * @param model what was run, by what its header says
 * @param settings how it was run
 * @param cells one for each test
 */
public record BenchmarkRun(
    int version,
    String id,
    String created,
    AgentFacts agent,
    EnvironmentFacts environment,
    ModelFacts model,
    RunSettings settings,
    List<Cell> cells) {
  public static final int VERSION = 1;

  public BenchmarkRun {
    cells = List.copyOf(cells);
  }
}
