package headroom.fit;

import headroom.device.Machine;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One change that would make a model fit.
 *
 * @param change what to do
 * @param question the question with that change
 * @param headroom what is then left on the fullest card
 * @param cardBytes what the cards then hold together
 * @param saved bytes that the cards then hold less; negative where they hold more
 * @param hostBytes what the host then holds
 * @param decode the speed that follows, where it is known
 */
public record Remedy(
    Change change,
    FitQuestion question,
    Bytes headroom,
    Bytes cardBytes,
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
    record LayersOnHost(int gpuLayers, int layersOnCards, int expertLayersOnHost)
        implements Change {}

    /** Store the weights in a smaller format and leave a part of them on the host. */
    record SmallerWeightsOnHost(WeightFormat format, Change host) implements Change {}

    /** Share the layers otherwise: shares by free memory where there are none. */
    record OtherSplit(List<Double> shares) implements Change {}

    /** Take more devices of the same kind: this machine then. */
    record MoreCards(Machine machine) implements Change {}

    /** Take a smaller model of the same family. */
    record SmallerModel(ModelSpec model) implements Change {}

    /** Take the device of the lowest price at launch, in US dollars: this machine. */
    record CheapestDevice(Machine machine, double launchUsd) implements Change {}

    /** Take other devices: this machine. */
    record OtherDevice(Machine machine) implements Change {}

    /** For people: {@code weights as Q3_K_M}. */
    default String what() {
      return switch (this) {
        case SmallerWeights(WeightFormat format) -> "weights as " + format.id();
        case SmallerCache(CacheFormat format) -> "cache as " + format.id();
        case ShorterContext(int tokens) -> "context of " + tokens;
        case ExpertsOnHost(int layers) ->
            "experts of %d layers on the host (--n-cpu-moe %d)".formatted(layers, layers);
        case LayersOnHost(int gpuLayers, int layers, int experts) ->
            "%d layers on the cards (-ngl %d)%s"
                .formatted(layers, gpuLayers, experts > 0 ? ", all experts on the host" : "");
        case SmallerWeightsOnHost(WeightFormat format, Change host) ->
            "weights as %s and %s".formatted(format.id(), host.what());
        case OtherSplit(List<Double> shares) ->
            shares.isEmpty()
                ? "layers shared by free memory (no -ts)"
                : "layers shared otherwise (-ts %s)".formatted(EngineCommand.shares(shares));
        case SmallerModel(ModelSpec model) -> "the smaller " + model.name();
        case CheapestDevice(Machine machine, double price) ->
            String.format(
                Locale.ROOT, "one %s, the cheapest at launch ($%,.0f)", machine.name(), price);
        case MoreCards(Machine machine) -> machine.name();
        case OtherDevice(Machine machine) ->
            machine.cards().size() == 1 ? "one " + machine.name() : machine.name();
      };
    }

    /** True where the host then holds more than tables and scratch. */
    default boolean usesHost() {
      return this instanceof ExpertsOnHost
          || this instanceof LayersOnHost
          || this instanceof SmallerWeightsOnHost;
    }
  }

  /** For people: {@code weights as Q3_K_M}. */
  public String what() {
    return change.what();
  }

  /** A speed for a host of which no bandwidth was said; empty where one was, or none is needed. */
  public Optional<AssumedHost> assumed() {
    return decode.isPresent() || !change.usesHost()
        ? Optional.empty()
        : AssumedHost.beside(question, hostBytes);
  }

  /** What follows, for people: {@code 22.1 GiB on the device, 1.40 GiB to spare, 110 tok/s}. */
  public String effect() {
    int cards = question.machine().cards().size();
    StringBuilder text = new StringBuilder();
    text.append(cardBytes).append(cards == 1 ? " on the device" : " on the devices");
    if (change.usesHost()) {
      text.append(", ").append(hostBytes).append(" on the host");
    }
    text.append(", ").append(headroom).append(" to spare");
    text.append(cards == 1 ? "" : " on the fullest");
    decode.ifPresent(rate -> text.append(", ").append(rate));
    assumed()
        .ifPresent(
            assumed ->
                text.append(
                    ", about %s beside %s".formatted(assumed.decode().median(), assumed.host())));
    return text.toString();
  }
}
