package headroom.web.papers;

import headroom.paper.Level;
import headroom.paper.Paper;
import headroom.paper.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which papers to list.
 *
 * @param words full-text search, empty for all
 * @param topic only this topic
 * @param level only this level
 * @param year only this year
 */
record PaperFilter(
    String words, Optional<Topic> topic, Optional<Level> level, Optional<Integer> year) {

  boolean admits(Paper paper) {
    return topic.map(t -> t == paper.topic()).orElse(true)
        && level.map(l -> l == paper.level()).orElse(true)
        && year.map(y -> y == paper.year()).orElse(true);
  }

  /** Query parameters that are set, in the order of the form. */
  public Map<String, String> parameters() {
    Map<String, String> set = new LinkedHashMap<>();
    if (!words.isEmpty()) {
      set.put("q", words);
    }
    topic.ifPresent(t -> set.put("topic", t.slug()));
    level.ifPresent(l -> set.put("level", l.label()));
    year.ifPresent(y -> set.put("year", y.toString()));
    return set;
  }
}
