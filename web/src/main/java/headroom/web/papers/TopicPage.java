package headroom.web.papers;

import headroom.paper.Level;
import headroom.paper.Paper;
import headroom.paper.Topic;
import java.util.Arrays;
import java.util.List;

/**
 * What the page of one topic shows: its papers as a path from the first to read to the last.
 *
 * @param topic the topic
 * @param papers its papers, newest first
 */
record TopicPage(Topic topic, List<Paper> papers) {

  /**
   * Papers of one level.
   *
   * @param level how much a reader should know already
   * @param papers newest first
   */
  record Step(Level level, List<Paper> papers) {}

  /** Levels that have papers, easiest first. */
  public List<Step> steps() {
    return Arrays.stream(Level.values())
        .map(
            level ->
                new Step(level, papers.stream().filter(paper -> paper.level() == level).toList()))
        .filter(step -> !step.papers().isEmpty())
        .toList();
  }

  public List<Topic> others() {
    return Arrays.stream(Topic.values()).filter(other -> other != topic).toList();
  }
}
