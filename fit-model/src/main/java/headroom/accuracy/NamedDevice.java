package headroom.accuracy;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the catalogue's device that a table means, where no other can be meant. */
final class NamedDevice {
  /** Words of a catalogue name that tables leave out: makers, lines, sizes, links. */
  private static final Pattern OMITTED =
      Pattern.compile(
          "nvidia|geforce|tesla|amd|radeon|intel|apple|generation|gpu|core|gb|gib|pcie|sxm\\d?|\\d+gb"
              + "|\\d+c");

  private static final Pattern SIZE = Pattern.compile("(?<![\\d.])(\\d{1,3})\\s*GB\\b");

  private static final Pattern CORES = Pattern.compile("(\\d+)(?:-core )?\\s*GPU");

  private final Catalogue catalogue;

  NamedDevice(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * @param canonical its name
   * @param written as the source wrote it, perhaps with memory or cores beside the name
   * @return of several that fit, the one with most compute units
   * @throws CannotPredictException where none fits
   */
  Device require(String canonical, String written) {
    String all = canonical + " " + written;
    List<CatalogueDevice> found =
        catalogue.devices().stream()
            .filter(device -> device.device().kind() != DeviceKind.CPU_MEMORY)
            .filter(device -> isMeant(device, canonical, all))
            .toList();
    if (found.isEmpty()) {
      throw new CannotPredictException(
          "device '%s' is not in the catalogue; nearest: %s"
              .formatted(
                  canonical,
                  String.join(
                      ", ",
                      catalogue.nearestDevices(canonical, 3).stream()
                          .map(CatalogueDevice::id)
                          .toList())));
    }
    Matcher cores = CORES.matcher(written);
    if (cores.find()) {
      found = narrowed(found, device -> device.id().contains("-" + cores.group(1) + "c"));
    }
    Matcher size = SIZE.matcher(written);
    if (size.find()) {
      Bytes memory = Bytes.ofGiB(Integer.parseInt(size.group(1)));
      found =
          narrowed(found, device -> device.device().memory().filter(memory::equals).isPresent());
    } else {
      Set<String> asked = new HashSet<>(words(canonical));
      found = narrowed(found, device -> asked.containsAll(words(device.name())));
    }
    String told = written.toLowerCase(Locale.ROOT);
    found =
        narrowed(found, device -> told.contains(device.memory().type().toLowerCase(Locale.ROOT)));
    // Of equal chips the one with most memory, as what was measured did fit; of several the
    // largest.
    return found.stream()
        .max(
            Comparator.comparingInt(NamedDevice::units)
                .thenComparingDouble(NamedDevice::bandwidth)
                .thenComparingLong(one -> one.device().memory().orElse(Bytes.ZERO).value()))
        .map(CatalogueDevice::device)
        .orElseThrow();
  }

  private static int units(CatalogueDevice device) {
    return device.chip().map(chip -> chip.units().orElse(0)).orElse(0);
  }

  private static double bandwidth(CatalogueDevice device) {
    return device.memory().bandwidthGbPerS().orElse(0);
  }

  /** Every word of one spelling of the name, and none that the text does not have. */
  private static boolean isMeant(CatalogueDevice device, String canonical, String all) {
    Set<String> own = new HashSet<>(words(device.id()));
    own.addAll(words(device.name()));
    if (!ownWordsAreAsked(device, new HashSet<>(words(all)))) {
      return false;
    }
    return spellings(canonical).stream()
        .map(NamedDevice::words)
        .anyMatch(asked -> !asked.isEmpty() && own.containsAll(asked));
  }

  private static boolean ownWordsAreAsked(CatalogueDevice device, Set<String> asked) {
    return words(device.id()).stream()
        .allMatch(word -> asked.contains(word) || isOmitted(word, device));
  }

  private static boolean isOmitted(String word, CatalogueDevice device) {
    return OMITTED.matcher(word).matches()
        || device.device().memory().filter(memory -> memory.equals(memoryOf(word))).isPresent();
  }

  private static Bytes memoryOf(String word) {
    return word.matches("\\d{1,4}") ? Bytes.ofGiB(Integer.parseInt(word)) : Bytes.ZERO;
  }

  /** {@code DGX Spark (GB10)} is {@code DGX Spark} as well as {@code GB10}. */
  private static List<String> spellings(String canonical) {
    List<String> spellings = new ArrayList<>();
    spellings.add(canonical.replaceAll("\\([^)]*\\)", " "));
    Matcher bracket = Pattern.compile("\\(([^)]*)\\)").matcher(canonical);
    if (bracket.find()) {
      spellings.addAll(List.of(bracket.group(1).split(" / ", -1)));
    }
    return spellings;
  }

  private static List<CatalogueDevice> narrowed(
      List<CatalogueDevice> devices, Predicate<CatalogueDevice> condition) {
    List<CatalogueDevice> fewer = devices.stream().filter(condition).toList();
    return fewer.isEmpty() ? devices : fewer;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z0-9.+]+"))
        .map(word -> word.replace("+", ""))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
