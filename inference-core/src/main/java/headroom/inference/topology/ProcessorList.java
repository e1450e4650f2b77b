package headroom.inference.topology;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers as Linux lists them: {@code 0-3,8,10-11} ("List format" of <a
 * href="https://man7.org/linux/man-pages/man7/cpuset.7.html">cpuset(7)</a>).
 */
final class ProcessorList {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  private ProcessorList() {}

  /** The numbers, ascending, none for a blank text; empty where it is no such list. */
  static Optional<SortedSet<Integer>> parse(String text) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String range : text.isBlank() ? List.<String>of() : List.of(text.strip().split(","))) {
      Matcher found = RANGE.matcher(range);
      if (!found.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(found.group(1));
      int last = found.group(2) == null ? first : Integer.parseInt(found.group(2));
      for (int number = first; number <= last; number++) {
        numbers.add(number);
      }
    }
    return Optional.of(numbers);
  }
}
