package headroom.agent.cli;

import headroom.measure.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tests and depths as the user wrote them, made into one list of tests. */
final class TestList {
  /** More tests than these take longer than anyone waits. */
  private static final int MOST = 64;

  private TestList() {}

  /**
   * Every test at every depth; a test that names its own depth keeps it.
   *
   * @param tests for example {@code pp512,tg128@d4096}
   * @param depths for example {@code 0,4096}
   */
  static List<String> of(String tests, String depths) {
    Set<String> all = new LinkedHashSet<>();
    List<Integer> levels = depths(depths);
    for (String text : tests.split(",", -1)) {
      Workload test =
          Workload.parse(text.strip())
              .orElseThrow(
                  () ->
                      CommandFailure.badArgument(
                          "--tests has '%s'; wanted pp512, tg128, tg128@d4096 and the like"
                              .formatted(text.strip())));
      if (test.depth() > 0) {
        all.add(test.toString());
      } else {
        levels.forEach(
            depth ->
                all.add(
                    new Workload(test.promptTokens(), test.generatedTokens(), depth).toString()));
      }
    }
    if (all.size() > MOST) {
      throw CommandFailure.badArgument(
          "--tests and --depth make %d tests; wanted at most %d".formatted(all.size(), MOST));
    }
    return List.copyOf(all);
  }

  private static List<Integer> depths(String depths) {
    List<Integer> levels = new ArrayList<>();
    for (String text : depths.split(",", -1)) {
      if (!text.strip().matches("\\d{1,7}")) {
        throw CommandFailure.badArgument(
            "--depth has '%s'; wanted a number of tokens, 0 to 9999999".formatted(text.strip()));
      }
      levels.add(Integer.parseInt(text.strip()));
    }
    return levels;
  }
}
