package headroom.catalogue;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name that stands for several of one thing: {@code 2xnvidia-geforce-rtx-3090}.
 *
 * @param count 1 to 99
 * @param name as it was given
 */
public record CountedName(int count, String name) {
  private static final Pattern SEVERAL = Pattern.compile("([1-9]\\d?) *[x×] *(.+)");

  /** Names between commas, each with an optional count before it. */
  public static List<CountedName> of(String text) {
    return Arrays.stream(text.split(",", -1)).map(part -> one(part.strip())).toList();
  }

  private static CountedName one(String text) {
    Matcher several = SEVERAL.matcher(text);
    return several.matches()
        ? new CountedName(Integer.parseInt(several.group(1)), several.group(2))
        : new CountedName(1, text);
  }

  @Override
  public String toString() {
    return count == 1 ? name : count + "x" + name;
  }
}
