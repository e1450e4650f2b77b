package headroom.fit;

import headroom.device.Device;
import headroom.kv.CacheFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.Optional;

/**
 * One change that would make a model fit.
 *
 * @param change what to do
 * @param question the question with that change
 * @param headroom what is then left on the fullest card
 * @param saved bytes that the cards then hold less; negative where they hold more
 * @param hostBytes what the host then holds
 * @param decode the speed that follows, where it is known
 */
public record Remedy(
    Change change,
    FitQuestion question,
    Bytes headroom,
    Bytes saved,
    Bytes hostBytes,
    Optional<TokenRate> decode) {

  /** What to do. */
  public sealed interface Change {
    /** Store the weights in a smaller format. */
    record SmallerWeights(WeightFormat format) implements Change {}

    /** Store keys and values in a smaller format. */
    record SmallerCache(CacheFormat format) implements Change {}

    /** Keep fewer tokens. */
    record ShorterContext(int tokens) implements Change {}

    /** Leave experts of so many layers on the host. */
    record ExpertsOnHost(int layers) implements Change {}

    /** Leave whole layers on the host. */
    record LayersOnHost(int layersOnCards, int expertLayersOnHost) implements Change {}

    /** Take so many of the device. */
    record MoreCards(int count) implements Change {}

    /** Take another device. */
    record OtherDevice(Device device) implements Change {}
  }

  /** For people: {@code weights as Q3_K_M}. */
  public String what() {
    return switch (change) {
      case Change.SmallerWeights(WeightFormat format) -> "weights as " + format.id();
      case Change.SmallerCache(CacheFormat format) -> "cache as " + format.id();
      case Change.ShorterContext(int tokens) -> "context of " + tokens;
      case Change.ExpertsOnHost(int layers) ->
          "experts of %d layers on the host (--n-cpu-moe %d)".formatted(layers, layers);
      case Change.LayersOnHost(int layers, int experts) ->
          experts > 0
              ? "%d layers on the cards (-ngl %d), all experts on the host"
                  .formatted(layers, gpuLayers())
              : "%d layers on the cards (-ngl %d)".formatted(layers, gpuLayers());
      case Change.MoreCards(int count) -> "%d × %s".formatted(count, question.device().name());
      case Change.OtherDevice(Device device) -> "one " + device.name();
    };
  }

  private int gpuLayers() {
    return question.placement().layers() instanceof Placement.GpuLayers.Count count
        ? count.count()
        : question.model().layers().size() + 1;
  }
}
