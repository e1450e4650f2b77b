package headroom.catalogue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Processors whose names have a pattern in common and which take the same memory.
 *
 * @param pattern regular expression that finds the family in a name
 * @param memory fastest that the maker supports with all channels in use
 * @param gbPerS its peak, in 10^9 bytes per second
 * @param graphics catalogue id of the GPU inside, where it is in the catalogue
 */
public record ProcessorFamily(
    String pattern, String memory, double gbPerS, Optional<String> graphics) {
  /** For processors of no known family: the middle of those in the built-in measurements. */
  public static final ProcessorFamily TYPICAL =
      new ProcessorFamily("", "DDR5-4800, two channels", 76.8, Optional.empty());

  public ProcessorFamily {
    Range.text("memory", memory);
    Range.positive("gb_per_s", OptionalDouble.of(gbPerS));
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("pattern '%s' is none: %s".formatted(pattern, e), e);
    }
  }

  /**
   * One maker's families.
   *
   * @param id the file name
   * @param source where supported memory is stated
   * @param families in the order in which they are tried
   * @param chipsSource where cores, clocks and instructions are stated
   * @param chips in the order in which they are tried
   */
  record Maker(
      String id,
      String source,
      List<ProcessorFamily> families,
      String chipsSource,
      List<ProcessorChip> chips) {
    Maker {
      Range.text("source", source);
      Range.text("chips_source", chipsSource);
      families = List.copyOf(families);
      chips = List.copyOf(chips);
    }
  }

  /** True where the name belongs to the family. */
  boolean has(String name) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(name).find();
  }

  private static final class Known {
    private static final Map<String, Maker> MAKERS =
        new TomlFolder(ProcessorFamily.class, "headroom/processors").read(Maker.class);
  }

  static List<ProcessorChip> chips() {
    return Known.MAKERS.values().stream().flatMap(maker -> maker.chips().stream()).toList();
  }

  static List<ProcessorFamily> all() {
    return Known.MAKERS.values().stream().flatMap(maker -> maker.families().stream()).toList();
  }
}
