package headroom.catalogue;

import headroom.quant.FlatFormat;
import java.util.List;
import java.util.Optional;

/**
 * What one file of a weight format outside GGUF says.
 *
 * @param id the file name
 * @param name for people
 * @param kind what sort of scheme it is
 * @param bitsPerWeight of the quantised matrices, scales and zero points counted
 * @param groupSize weights that share a scale, as the scheme's makers write it
 * @param bitsBreakdown how the bits add up
 * @param notQuantised what it leaves at 16 bits
 * @param runtimes engines that run it
 * @param minimumHardware per runtime or way of running
 * @param usedBy models published in it
 * @param notes what a reader should know
 * @param confidence how well the figures are attested
 * @param sources where the figures come from, at least one
 * @param published quality and sizes that others measured
 */
public record CatalogueWeightFormat(
    String id,
    String name,
    String kind,
    double bitsPerWeight,
    Optional<String> groupSize,
    Optional<String> bitsBreakdown,
    List<String> notQuantised,
    List<String> runtimes,
    List<String> minimumHardware,
    List<String> usedBy,
    List<String> notes,
    String confidence,
    List<String> sources,
    List<Published> published) {

  public CatalogueWeightFormat {
    Range.text("name", name);
    Range.text("kind", kind);
    Range.between("bits_per_weight", 0.5, 32, bitsPerWeight);
    Range.text("confidence", confidence);
    notQuantised = List.copyOf(notQuantised);
    runtimes = List.copyOf(runtimes);
    minimumHardware = List.copyOf(minimumHardware);
    usedBy = List.copyOf(usedBy);
    notes = List.copyOf(notes);
    sources = List.copyOf(sources);
    Range.sources(sources);
    published = List.copyOf(published);
  }

  /**
   * A published figure.
   *
   * @param model what was quantised
   * @param quantity what was measured, its unit included
   * @param value how much
   */
  public record Published(String model, String quantity, double value) {
    public Published {
      Range.text("model", model);
      Range.text("quantity", quantity);
    }
  }

  /** The facts that the arithmetic needs. */
  public FlatFormat format() {
    return new FlatFormat(id, name, bitsPerWeight, String.join("; ", sources));
  }
}
