package headroom.web.papers;

import headroom.paper.Level;
import headroom.paper.Paper;
import headroom.paper.Topic;
import headroom.web.support.FormInput;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which papers to list.
 *
 * @param input what was sent, kept for the form
 * @param words full-text search, empty for all
 * @param topic only this topic
 * @param level only this level
 * @param year only this year
 */
record PaperFilter(
    FormInput input,
    Optional<String> words,
    Optional<Topic> topic,
    Optional<Level> level,
    OptionalInt year) {
  // arXiv opened in 1991; four digits are enough for a while.
  private static final int FIRST_YEAR = 1991;
  private static final int LAST_YEAR = 2100;

  static PaperFilter of(FormInput input) {
    Optional<Topic> topic =
        input
            .choice("topic", Arrays.stream(Topic.values()).map(Topic::slug).toList())
            .flatMap(Topic::bySlug);
    Optional<Level> level =
        input
            .choice("level", Arrays.stream(Level.values()).map(Level::label).toList())
            .flatMap(Level::byLabel);
    var year = input.number("year", FIRST_YEAR, LAST_YEAR);
    return new PaperFilter(
        input,
        input.text("q"),
        topic,
        level,
        year.isPresent() ? OptionalInt.of((int) year.getAsDouble()) : OptionalInt.empty());
  }

  boolean admits(Paper paper) {
    return topic.map(t -> t == paper.topic()).orElse(true)
        && level.map(l -> l == paper.level()).orElse(true)
        && (year.isEmpty() || year.getAsInt() == paper.year());
  }
}
