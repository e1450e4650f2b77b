package headroom.fit;

import headroom.device.Device;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import java.util.List;
import java.util.Map;

/**
 * Asks the neighbours of a question that does not fit which of them do, and how far the others stay
 * off.
 *
 * @param remedies changes that make it fit, each by itself: weights, cache, context, host, more
 *     cards, other devices
 * @param deadEnds changes that do not, taken as far as they go
 */
public record Remedies(List<Remedy> remedies, List<DeadEnd> deadEnds) {
  /** What llama.cpp users shrink a cache to. */
  public static final List<CacheFormat> LLAMA_CACHES =
      List.of(CacheFormat.of(QuantFormat.Q8_0), CacheFormat.of(QuantFormat.Q4_0));

  private static final Remedies NONE = new Remedies(List.of(), List.of());

  public Remedies {
    remedies = List.copyOf(remedies);
    deadEnds = List.copyOf(deadEnds);
  }

  /**
   * What there is to choose from.
   *
   * @param devices in any order
   * @param prices in US dollars at launch by id of the device, where known
   * @param formats of weights that the question's engine reads, where that is not GGUF
   * @param caches formats of the cache that the engine has, largest first
   * @param relatives smaller models of the same family, largest first
   */
  public record Choices(
      List<Device> devices,
      Map<String, Double> prices,
      List<WeightFormat> formats,
      List<CacheFormat> caches,
      List<ModelSpec> relatives) {
    public Choices {
      devices = List.copyOf(devices);
      prices = Map.copyOf(prices);
      formats = List.copyOf(formats);
      caches = List.copyOf(caches);
      relatives = List.copyOf(relatives);
    }
  }

  /** Asks them with devices alone to choose from. */
  public static Remedies of(FitReport report, List<Device> devices) {
    return of(report, new Choices(devices, Map.of(), List.of(), LLAMA_CACHES, List.of()));
  }

  /**
   * Asks them; none where it fits already, where memory is not known or for fine-tuning.
   *
   * @param choices to choose from
   */
  public static Remedies of(FitReport report, Choices choices) {
    if (report.verdict() instanceof Verdict.Fits
        || report.verdict() instanceof Verdict.Unknown
        || !report.verdict().headroom().isNegative()
        || report.question().techniques().training().isPresent()) {
      return NONE;
    }
    RemedySearch search = new RemedySearch(report);
    WeightRemedies weights = new WeightRemedies(search, choices.formats());
    CacheRemedies cache = new CacheRemedies(search);
    MachineRemedies machines = new MachineRemedies(search, choices.devices());
    weights.smallerFormat();
    cache.smallerFormat(choices.caches());
    cache.shorterContext();
    new HostRemedies(search).partOnHost(weights);
    weights.smallerModel(choices.relatives());
    machines.moreCards();
    machines.otherDevices();
    machines.cheapest(choices.prices());
    return search.found();
  }
}
