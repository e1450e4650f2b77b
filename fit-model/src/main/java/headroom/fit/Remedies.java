package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Machine;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Remedy.Change;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.FlatFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Asks the neighbours of a question that does not fit which of them do, and how far the others stay
 * off.
 *
 * @param remedies changes that make it fit, each by itself: weights, cache, context, host, more
 *     cards, other devices
 * @param deadEnds changes that do not, taken as far as they go
 */
public record Remedies(List<Remedy> remedies, List<DeadEnd> deadEnds) {
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

  /** What llama.cpp users shrink a cache to. */
  public static final List<CacheFormat> LLAMA_CACHES =
      List.of(CacheFormat.of(QuantFormat.Q8_0), CacheFormat.of(QuantFormat.Q4_0));

  private static final Remedies NONE = new Remedies(List.of(), List.of());
  private static final int SHORTEST_CONTEXT = 4096;
  private static final int CONTEXT_STEP = 1024;
  private static final int MOST_CARDS = 64;

  /** Machines that are sold ready-made have one, two, four or eight cards. */
  private static final int[] USUAL_COUNTS = {1, 2, 4, 8};

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
    return new Search(report, report.computed(), choices, new ArrayList<>(), new ArrayList<>())
        .everything();
  }

  /** One search; finds gather in the two lists. */
  private record Search(
      FitReport report,
      FitQuestion asked,
      Choices choices,
      List<Remedy> remedies,
      List<DeadEnd> deadEnds) {

    Remedies everything() {
      weights();
      cache();
      context();
      host();
      smallerModel();
      moreCards();
      otherDevices(choices.devices());
      cheapestDevice();
      return new Remedies(remedies, deadEnds);
    }

    /** True where it fits, and then a remedy; the answer tells the rest. */
    private boolean ask(Change change, FitQuestion question) {
      FitReport answer = Fit.answer(question);
      // An engine that cannot use a device is answered by another one.
      if (!runs(answer) || !answer.computed().engine().equals(asked.engine())) {
        return false;
      }
      remedies.add(
          new Remedy(
              change,
              question.withPlacement(answer.placement()),
              answer.verdict().headroom(),
              answer.memory().deviceTotal(),
              report.memory().deviceTotal().minus(answer.memory().deviceTotal()),
              answer.memory().hostTotal(),
              answer.decode().map(SpeedEstimate::median)));
      return true;
    }

    private static boolean runs(FitReport answer) {
      return !(answer.verdict() instanceof Verdict.Unknown)
          && !answer.verdict().headroom().isNegative();
    }

    private void deadEnd(Change change, FitQuestion question, OptionalDouble bits) {
      FitReport answer = Fit.answer(question);
      deadEnds.add(
          new DeadEnd(
              change, Bytes.ZERO.minus(answer.verdict().headroom()), answer.isShortOnHost(), bits));
    }

    /** True where the weights are a format that any model can be stored in, and no file. */
    private boolean isAnyModels() {
      return asked.weights() instanceof GgufMix || asked.weights() instanceof FlatFormat;
    }

    /** Formats that the engine reads, largest first. */
    private List<WeightFormat> smaller() {
      if (!isAnyModels()) {
        return List.of();
      }
      boolean gguf =
          asked.engine() instanceof Engine.LlamaCpp
              || asked.engine() instanceof Engine.IkLlamaCpp
              || asked.engine() instanceof Engine.Embedded;
      long now = bytes(asked);
      List<WeightFormat> formats = new ArrayList<>(gguf ? MIXES : choices.formats());
      formats.removeIf(format -> bytes(asked.withWeights(format)) >= now);
      formats.sort(
          Comparator.comparingLong((WeightFormat format) -> bytes(asked.withWeights(format)))
              .reversed());
      return formats;
    }

    /** The largest model of the same family that fits as the weights are stored. */
    private void smallerModel() {
      if (!isAnyModels()) {
        return;
      }
      for (ModelSpec model : choices.relatives()) {
        int context =
            Math.min(asked.contextLength(), model.maxContext().orElse(asked.contextLength()));
        if (ask(
            new Change.SmallerModel(model), asked.withModel(model).withContextLength(context))) {
          return;
        }
      }
    }

    /** One device of the lowest price at launch, where no other remedy names it already. */
    private void cheapestDevice() {
      List<Device> byPrice = new ArrayList<>(choices.devices());
      byPrice.removeIf(
          device -> device.memory().isEmpty() || !choices.prices().containsKey(device.id()));
      byPrice.sort(
          Comparator.comparingDouble(
              device -> choices.prices().getOrDefault(device.id(), Double.MAX_VALUE)));
      for (Device device : byPrice) {
        Machine machine = new Machine(List.of(Card.of(device)), asked.machine().host());
        double price = choices.prices().getOrDefault(device.id(), Double.MAX_VALUE);
        if (mayHold(machine)
            && ask(
                new Change.CheapestDevice(machine, price),
                asked.withPlacement(onCards()).withMachine(machine))) {
          remedies.removeIf(
              other ->
                  other.change() instanceof Change.OtherDevice(Machine named)
                      && named.equals(machine));
          return;
        }
      }
    }

    private static long bytes(FitQuestion question) {
      long bytes = 0;
      for (var tensor : StoredWeights.of(question.model(), question.weights()).tensors()) {
        bytes += tensor.bytes().value();
      }
      return bytes;
    }

    private void weights() {
      List<WeightFormat> mixes = smaller();
      for (WeightFormat mix : mixes) {
        if (ask(new Change.SmallerWeights(mix), asked.withWeights(mix))) {
          return;
        }
      }
      if (!mixes.isEmpty()) {
        WeightFormat smallest = mixes.getLast();
        deadEnd(
            new Change.SmallerWeights(smallest), asked.withWeights(smallest), bitsThatWouldDo());
      }
    }

    /** What is left of all cards beside everything else, over all parameters of the model. */
    private OptionalDouble bitsThatWouldDo() {
      long room = 0;
      for (CardLoad card : report.cards()) {
        room += card.usable().orElse(Bytes.ZERO).value();
      }
      for (MemoryLine line : report.memory().lines()) {
        if (line.place().isCard() && line.quantity() != MemoryLine.Quantity.WEIGHTS) {
          room -= line.bytes().value();
        }
      }
      long parameters = asked.model().parameters();
      return room > 0 && parameters > 0
          ? OptionalDouble.of(8.0 * room / parameters)
          : OptionalDouble.empty();
    }

    private void cache() {
      List<CacheFormat> formats = new ArrayList<>(choices.caches());
      formats.removeIf(format -> format.bitsPerElement() >= asked.keyFormat().bitsPerElement());
      for (CacheFormat format : formats) {
        if (ask(new Change.SmallerCache(format), asked.withCache(format, format))) {
          return;
        }
      }
      if (!formats.isEmpty()) {
        CacheFormat smallest = formats.getLast();
        deadEnd(
            new Change.SmallerCache(smallest),
            asked.withCache(smallest, smallest),
            OptionalDouble.empty());
      }
    }

    /** The longest context that fits, where one of at least 4096 does. */
    private void context() {
      int low = SHORTEST_CONTEXT / CONTEXT_STEP;
      int high = (asked.contextLength() - 1) / CONTEXT_STEP;
      if (high < low) {
        return;
      }
      if (!runs(Fit.answer(asked.withContextLength(SHORTEST_CONTEXT)))) {
        deadEnd(
            new Change.ShorterContext(SHORTEST_CONTEXT),
            asked.withContextLength(SHORTEST_CONTEXT),
            OptionalDouble.empty());
        return;
      }
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (runs(Fit.answer(asked.withContextLength(middle * CONTEXT_STEP)))) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      int tokens = low * CONTEXT_STEP;
      ask(new Change.ShorterContext(tokens), asked.withContextLength(tokens));
    }

    /** A part on the host; with smaller weights where the host has no room for these. */
    private void host() {
      if (!AutoPlacement.canUseHost(asked)) {
        return;
      }
      FitQuestion auto = auto(asked);
      FitReport answer = Fit.answer(auto);
      if (ask(onHost(answer), auto)) {
        return;
      }
      List<WeightFormat> mixes = answer.isShortOnHost() ? smaller() : List.of();
      for (WeightFormat mix : mixes) {
        FitQuestion smaller = auto(asked.withWeights(mix));
        Change change = new Change.SmallerWeightsOnHost(mix, onHost(Fit.answer(smaller)));
        if (ask(change, smaller)) {
          return;
        }
      }
      if (answer.isShortOnHost()) {
        deadEnd(onHost(answer), auto, OptionalDouble.empty());
      }
    }

    private static FitQuestion auto(FitQuestion question) {
      return question.withPlacement(
          new Placement(new GpuLayers.Auto(), 0, question.placement().split(), List.of()));
    }

    private static Change onHost(FitReport answer) {
      int layers = answer.question().model().layers().size();
      int experts = answer.placement().expertLayersOnHost();
      if (answer.placement().layers() instanceof GpuLayers.All && experts == 0) {
        return new Change.OtherSplit(answer.placement().shares());
      }
      return answer.placement().layers() instanceof GpuLayers.Count(int count)
          ? new Change.LayersOnHost(count, Math.min(layers, Math.max(0, count - 1)), experts)
          : new Change.ExpertsOnHost(experts);
    }

    private void moreCards() {
      Card card = asked.machine().first();
      if (card.device().kind() == DeviceKind.CPU_MEMORY
          || card.device().kind() == DeviceKind.APPLE_SOC
          || card.memory().isEmpty()) {
        return;
      }
      List<Card> cards = new ArrayList<>(asked.machine().cards());
      while (cards.size() < MOST_CARDS) {
        cards.add(card);
        Machine machine = new Machine(cards, asked.machine().host());
        if (mayHold(machine)
            && ask(
                new Change.MoreCards(machine),
                asked.withPlacement(onCards()).withMachine(machine))) {
          return;
        }
      }
    }

    private Placement onCards() {
      return new Placement(new GpuLayers.All(), 0, asked.placement().split(), List.of());
    }

    /** False where the weights alone are more than all the memory there is. */
    private boolean mayHold(Machine machine) {
      long room = 0;
      for (Card card : machine.cards()) {
        room += card.memory().orElse(Bytes.ZERO).value();
      }
      return room
          > bytes(asked) - asked.model().vocabularySize() * 4L * asked.model().embeddingSize();
    }

    /** The smallest cards, one if possible, and the smallest computer with one memory for all. */
    private void otherDevices(List<Device> devices) {
      boolean unified = asked.device().unifiedMemory();
      smallest(devices, unified);
      smallest(devices, !unified);
    }

    private void smallest(List<Device> devices, boolean unified) {
      List<Device> bySize = new ArrayList<>(devices);
      bySize.removeIf(
          device ->
              device.memory().isEmpty()
                  || device.kind() == DeviceKind.CPU_MEMORY
                  || device.unifiedMemory() != unified);
      bySize.sort(
          Comparator.<Device>comparingLong(device -> device.memory().orElseThrow().value())
              .thenComparing(
                  Comparator.<Device>comparingDouble(
                          device -> device.bandwidth().map(b -> b.bytesPerSecond()).orElse(0.0))
                      .reversed()));
      for (int count : USUAL_COUNTS) {
        for (Device device : bySize) {
          Machine machine =
              new Machine(Collections.nCopies(count, Card.of(device)), asked.machine().host());
          if (mayHold(machine)
              && ask(
                  new Change.OtherDevice(machine),
                  asked.withPlacement(onCards()).withMachine(machine))) {
            return;
          }
        }
        if (unified) {
          return; // A computer of its own.
        }
      }
    }
  }
}
