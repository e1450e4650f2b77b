package headroom.catalogue;

import headroom.quant.FlatFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one file of a weight format outside GGUF says.
 *
 * @param id the file name
 * @param name for people
 * @param kind what sort of scheme it is
 * @param bitsPerWeight of the quantised matrices, scales and zero points counted
 * @param outputBits bits per weight of the output matrix, where not 16
 * @param embeddingBits bits per weight of the embedding tables, where not 16
 * @param linear which linear layers are quantised where not all: {@code experts}, {@code
 *     feed-forward}, {@code not-recurrent} or {@code not-into-recurrent}
 * @param restBits bits per weight of the other linear layers, where not 16
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
    OptionalDouble outputBits,
    OptionalDouble embeddingBits,
    Optional<String> linear,
    OptionalDouble restBits,
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
    outputBits.ifPresent(bits -> Range.between("output_bits", 0.5, 32, bits));
    embeddingBits.ifPresent(bits -> Range.between("embedding_bits", 0.5, 32, bits));
    linear.ifPresent(CatalogueWeightFormat::linearOf);
    restBits.ifPresent(bits -> Range.between("rest_bits", 0.5, 32, bits));
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

  private static FlatFormat.Linear linearOf(String word) {
    return switch (word) {
      case "all" -> FlatFormat.Linear.ALL;
      case "experts" -> FlatFormat.Linear.EXPERTS;
      case "feed-forward" -> FlatFormat.Linear.FEED_FORWARD;
      case "not-recurrent" -> FlatFormat.Linear.NOT_RECURRENT;
      case "not-into-recurrent" -> FlatFormat.Linear.NOT_INTO_RECURRENT;
      default ->
          throw new IllegalArgumentException(
              "linear is '%s'; wanted all, experts, feed-forward, not-recurrent or not-into-recurrent"
                  .formatted(word));
    };
  }

  /** The facts that the arithmetic needs. */
  public FlatFormat format() {
    FlatFormat.Coverage coverage =
        new FlatFormat.Coverage(
            outputBits.orElse(16),
            embeddingBits.orElse(16),
            linear.map(CatalogueWeightFormat::linearOf).orElse(FlatFormat.Linear.ALL),
            restBits.orElse(16),
            0);
    return new FlatFormat(id, name, bitsPerWeight, coverage, String.join("; ", sources));
  }
}
