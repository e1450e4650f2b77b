package headroom.inference.token;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into words by expressions applied one after another. Matches and what lies between
 * them become pieces; the next expression sees each piece alone.
 */
final class WordSplitter {
  private final List<Pattern> patterns;

  WordSplitter(List<String> expressions) {
    patterns =
        expressions.stream().map(e -> Pattern.compile(e, Pattern.UNICODE_CHARACTER_CLASS)).toList();
  }

  /** Hands on every word of the text, in order; together they are the text. */
  void split(String text, Consumer<String> words) {
    int[] ends = {text.length()};
    int count = 1;
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(text);
      int[] finer = new int[Math.max(16, 2 * count)];
      int finerCount = 0;
      int start = 0;
      for (int piece = 0; piece < count; piece++) {
        // A region's bounds hide the rest from look-ahead: each piece is cut as if it stood alone.
        matcher.region(start, ends[piece]);
        while (matcher.find()) {
          finer = room(finer, finerCount);
          if (matcher.start() > start) {
            finer[finerCount++] = matcher.start();
          }
          finer[finerCount++] = matcher.end();
          start = matcher.end();
        }
        if (start < ends[piece]) {
          finer = room(finer, finerCount);
          finer[finerCount++] = ends[piece];
          start = ends[piece];
        }
      }
      ends = finer;
      count = finerCount;
    }
    int start = 0;
    for (int piece = 0; piece < count; piece++) {
      words.accept(text.substring(start, ends[piece]));
      start = ends[piece];
    }
  }

  /** The array with room for two more. */
  private static int[] room(int[] ends, int count) {
    return count + 2 <= ends.length ? ends : Arrays.copyOf(ends, 2 * ends.length);
  }
}
