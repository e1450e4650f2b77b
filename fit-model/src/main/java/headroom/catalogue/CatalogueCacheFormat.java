package headroom.catalogue;

import headroom.kv.CacheFormat;
import headroom.quant.QuantFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one file of a cache format says.
 *
 * @param id the file name
 * @param name for people
 * @param ggml name of the GGML type, where it is one; its geometry then gives the bits
 * @param bitsPerElement everything counted, where it is no GGML type and the figure is known
 * @param runtimes engines that offer it
 * @param requirements what it asks of model or engine
 * @param minimumHardware what it asks of the device
 * @param status where it is not in a released engine
 * @param confidence how well the figures are attested
 * @param sources where the figures come from, at least one
 * @param quality what others measured of it
 */
public record CatalogueCacheFormat(
    String id,
    String name,
    Optional<String> ggml,
    OptionalDouble bitsPerElement,
    List<String> runtimes,
    Optional<String> requirements,
    Optional<String> minimumHardware,
    Optional<String> status,
    String confidence,
    List<String> sources,
    List<Quality> quality) {

  public CatalogueCacheFormat {
    Range.text("name", name);
    Range.text("confidence", confidence);
    if (ggml.isPresent() && bitsPerElement.isPresent()) {
      throw new IllegalArgumentException(
          "bits_per_element stands beside ggml; wanted one of them: the GGML type gives the bits");
    }
    if (ggml.isPresent() && QuantFormat.byName(ggml.get()).isEmpty()) {
      throw new IllegalArgumentException(
          "ggml is '%s'; wanted the name of a GGML type such as Q8_0".formatted(ggml.get()));
    }
    bitsPerElement.ifPresent(bits -> Range.between("bits_per_element", 0.5, 32, bits));
    runtimes = List.copyOf(runtimes);
    sources = List.copyOf(sources);
    Range.sources(sources);
    quality = List.copyOf(quality);
  }

  /**
   * A measurement or a claim about quality.
   *
   * @param model what it was measured on
   * @param perplexity with this cache
   * @param perplexityF16Cache with an f16 cache
   * @param perplexityChangePercent where only the change was published
   * @param klDivergence mean against full precision, in nats
   * @param score of the benchmark that {@code model} names
   * @param scoreF16Cache the same with an f16 cache
   * @param claim in words, where no figure was published
   * @param source who measured or claimed it
   */
  public record Quality(
      Optional<String> model,
      OptionalDouble perplexity,
      OptionalDouble perplexityF16Cache,
      OptionalDouble perplexityChangePercent,
      OptionalDouble klDivergence,
      OptionalDouble score,
      OptionalDouble scoreF16Cache,
      Optional<String> claim,
      String source) {
    public Quality {
      Range.text("source", source);
      Range.positive("perplexity", perplexity);
      Range.positive("perplexity_f16_cache", perplexityF16Cache);
    }
  }

  /** The facts that the arithmetic needs; empty where the bits are not known. */
  public Optional<CacheFormat> format() {
    if (ggml.isPresent()) {
      return ggml.flatMap(QuantFormat::byName).map(CacheFormat::of);
    }
    return bitsPerElement.isPresent()
        ? Optional.of(
            new CacheFormat(
                id, bitsPerElement.getAsDouble(), Optional.empty(), String.join("; ", sources)))
        : Optional.empty();
  }
}
