package headroom.catalogue;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Finds what a person may have meant: words are compared one by one, so that {@code rtx 4090} finds
 * {@code nvidia-geforce-rtx-4090} and {@code lama 3.1 8b} finds {@code llama-3.1-8b}.
 */
public final class NearestNames {
  /** Weight of words of the candidate that the text does not have: it only settles ties. */
  private static final double UNASKED = 0.05;

  /** What follows is not compared. */
  private static final int LONGEST = 200;

  private NearestNames() {}

  /**
   * Up to {@code count} of {@code things} whose label is nearest to {@code text}, nearest first; at
   * equal distance in the order given.
   *
   * @param label id and name of a thing
   */
  public static <T> List<T> among(
      Collection<T> things, Function<T, String> label, String text, int count) {
    String[] asked = words(text);
    String squeezed = squeezed(text);
    record Scored<T>(T thing, double distance) {}
    return things.stream()
        .map(
            thing -> {
              String name = label.apply(thing);
              return new Scored<>(
                  thing, isSpelled(squeezed, name) ? -1 : distance(asked, words(name)));
            })
        .sorted(Comparator.comparingDouble(Scored::distance))
        .limit(count)
        .map(Scored::thing)
        .toList();
  }

  /** True where a name differs in punctuation alone: {@code Q4_KM} and {@code Q4_K_M}. */
  private static boolean isSpelled(String squeezed, String label) {
    for (String name : label.strip().split("\\s+", 20)) {
      if (squeezed(name).equals(squeezed)) {
        return true;
      }
    }
    return squeezed(label).equals(squeezed);
  }

  private static String squeezed(String text) {
    String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    return shortened.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "");
  }

  /**
   * 0 where every asked word stands among the candidate's and it has no other; grows from there.
   */
  private static double distance(String[] asked, String[] candidate) {
    double sum = 0;
    for (String word : asked) {
      double best = 1;
      for (String other : candidate) {
        best = Math.min(best, distance(word, other));
      }
      sum += best;
    }
    long unasked =
        Arrays.stream(candidate)
            .filter(word -> Arrays.stream(asked).noneMatch(word::equals))
            .distinct()
            .count();
    return sum + UNASKED * unasked;
  }

  /** Edits over the longer word's length, 0 to 1; a beginning counts a third of what is missing. */
  private static double distance(String asked, String other) {
    if (asked.equals(other)) {
      return 0;
    }
    int longer = Math.max(asked.length(), other.length());
    if (other.startsWith(asked)) {
      return (double) (other.length() - asked.length()) / (3 * longer);
    }
    return (double) edits(asked, other) / longer;
  }

  /** Levenshtein's distance with swaps of neighbours (optimal string alignment). */
  private static int edits(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      table[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      table[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        table[i][j] =
            Math.min(Math.min(table[i - 1][j], table[i][j - 1]) + 1, table[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
        }
      }
    }
    return table[a.length()][b.length()];
  }

  // Letters and digits part company, so that "rtx4090" and "7900xtx" are two words each.
  private static String[] words(String text) {
    String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    return shortened
        .toLowerCase(Locale.ROOT)
        .replaceAll("(?<=[a-z]{2})(?=\\d)|(?<=\\d)(?=[a-z]{3})", " ")
        .strip()
        .split("[^a-z0-9.]+");
  }
}
