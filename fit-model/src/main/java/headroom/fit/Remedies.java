package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Remedy.Change;
import headroom.kv.CacheFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Asks the neighbours of a question that does not fit which of them do. */
public final class Remedies {
  /** What people download, largest first. */
  private static final List<GgufMix> MIXES =
      List.of(
          GgufMix.Q8_0,
          GgufMix.Q6_K,
          GgufMix.Q5_K_M,
          GgufMix.Q4_K_M,
          GgufMix.IQ4_XS,
          GgufMix.Q3_K_M,
          GgufMix.IQ3_XXS,
          GgufMix.Q2_K,
          GgufMix.IQ2_XXS,
          GgufMix.IQ1_S);

  private static final int SHORTEST_CONTEXT = 4096;
  private static final int CONTEXT_STEP = 1024;
  private static final int MOST_CARDS = 64;

  private Remedies() {}

  /**
   * Changes that make it fit, each by itself: weights, cache, context, host, more cards, another
   * device. Empty where it fits already or where memory is not known.
   *
   * @param devices to choose another device from, in any order
   */
  public static List<Remedy> of(FitReport report, List<Device> devices) {
    FitQuestion asked = report.question();
    if (report.verdict() instanceof Verdict.Fits
        || report.verdict() instanceof Verdict.Unknown
        || !report.verdict().headroom().isNegative()) {
      return List.of();
    }
    List<Remedy> remedies = new ArrayList<>();
    weights(report, asked).ifPresent(remedies::add);
    cache(report, asked).ifPresent(remedies::add);
    context(report, asked).ifPresent(remedies::add);
    host(report, asked).ifPresent(remedies::add);
    moreCards(report, asked).ifPresent(remedies::add);
    device(report, asked, devices).ifPresent(remedies::add);
    return Collections.unmodifiableList(remedies);
  }

  private static Optional<Remedy> ask(FitReport report, Change change, FitQuestion question) {
    FitReport answer = Fit.answer(question);
    boolean runs =
        answer.verdict() instanceof Verdict.Fits
            || answer.verdict() instanceof Verdict.FitsWithOffload offload
                && !offload.headroom().isNegative();
    if (!runs) {
      return Optional.empty();
    }
    return Optional.of(
        new Remedy(
            change,
            question.withPlacement(answer.placement()),
            answer.verdict().headroom(),
            report.memory().deviceTotal().minus(answer.memory().deviceTotal()),
            answer.memory().hostTotal(),
            answer.decode().map(SpeedEstimate::median)));
  }

  private static Optional<Remedy> weights(FitReport report, FitQuestion asked) {
    Bytes now = bytes(asked);
    if (!(asked.weights() instanceof GgufMix)) {
      return Optional.empty();
    }
    for (GgufMix mix : MIXES) {
      FitQuestion smaller = asked.withWeights(mix);
      if (bytes(smaller).compareTo(now) < 0) {
        Optional<Remedy> remedy = ask(report, new Change.SmallerWeights(mix), smaller);
        if (remedy.isPresent()) {
          return remedy;
        }
      }
    }
    return Optional.empty();
  }

  private static Bytes bytes(FitQuestion question) {
    long bytes = 0;
    for (var tensor : StoredWeights.of(question.model(), question.weights()).tensors()) {
      bytes += tensor.bytes().value();
    }
    return Bytes.of(bytes);
  }

  private static Optional<Remedy> cache(FitReport report, FitQuestion asked) {
    for (QuantFormat type : List.of(QuantFormat.Q8_0, QuantFormat.Q4_0)) {
      CacheFormat format = CacheFormat.of(type);
      if (format.bitsPerElement() < asked.keyFormat().bitsPerElement()) {
        Optional<Remedy> remedy =
            ask(report, new Change.SmallerCache(format), asked.withCache(format, format));
        if (remedy.isPresent()) {
          return remedy;
        }
      }
    }
    return Optional.empty();
  }

  /** The longest context that fits, where one of at least 4096 does. */
  private static Optional<Remedy> context(FitReport report, FitQuestion asked) {
    int low = SHORTEST_CONTEXT / CONTEXT_STEP;
    int high = (asked.contextLength() - 1) / CONTEXT_STEP;
    Optional<Remedy> best = Optional.empty();
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int tokens = middle * CONTEXT_STEP;
      Optional<Remedy> remedy =
          ask(report, new Change.ShorterContext(tokens), asked.withContextLength(tokens));
      if (remedy.isPresent()) {
        best = remedy;
        low = middle + 1;
      } else if (best.isEmpty() && middle == low) {
        return Optional.empty();
      } else {
        high = middle - 1;
      }
    }
    return best;
  }

  private static Optional<Remedy> host(FitReport report, FitQuestion asked) {
    Placement placement = asked.placement();
    FitQuestion auto =
        asked.withPlacement(new Placement(new GpuLayers.Auto(), 0, placement.split(), List.of()));
    FitReport answer = Fit.answer(auto);
    int layers = asked.model().layers().size();
    int experts = answer.placement().expertLayersOnHost();
    Change change =
        answer.placement().layers() instanceof GpuLayers.Count count
            ? new Change.LayersOnHost(Math.min(layers, Math.max(0, count.count() - 1)), experts)
            : new Change.ExpertsOnHost(experts);
    return ask(report, change, auto);
  }

  private static Optional<Remedy> moreCards(FitReport report, FitQuestion asked) {
    Card card = asked.machine().first();
    if (card.device().kind() == DeviceKind.CPU_MEMORY || card.device().unifiedMemory()) {
      return Optional.empty();
    }
    int least = asked.machine().cards().size() + 1;
    for (int count = least; count <= MOST_CARDS; count += Math.max(1, count / 8)) {
      Machine machine = new Machine(Collections.nCopies(count, card), asked.machine().host());
      Optional<Remedy> remedy =
          ask(
              report,
              new Change.MoreCards(count),
              asked.withPlacement(Placement.ALL_ON_CARDS).withMachine(machine));
      if (remedy.isPresent()) {
        return remedy;
      }
    }
    return Optional.empty();
  }

  /** The smallest device that holds it alone; of equal ones the faster. */
  private static Optional<Remedy> device(
      FitReport report, FitQuestion asked, List<Device> devices) {
    List<Device> bySize = new ArrayList<>(devices);
    bySize.removeIf(
        device ->
            device.memory().isEmpty()
                || device.kind() == DeviceKind.CPU_MEMORY
                || device.kind()
                    == DeviceKind.APPLE_SOC
                    != (asked.device().kind() == DeviceKind.APPLE_SOC));
    bySize.sort(
        Comparator.<Device>comparingLong(device -> device.memory().orElseThrow().value())
            .thenComparing(
                Comparator.<Device>comparingDouble(
                        device -> device.bandwidth().map(b -> b.bytesPerSecond()).orElse(0.0))
                    .reversed()));
    for (Device device : bySize) {
      Optional<Remedy> remedy =
          ask(
              report,
              new Change.OtherDevice(device),
              asked
                  .withPlacement(Placement.ALL_ON_CARDS)
                  .withMachine(new Machine(List.of(Card.of(device)), asked.machine().host())));
      if (remedy.isPresent()) {
        return remedy;
      }
    }
    return Optional.empty();
  }
}
