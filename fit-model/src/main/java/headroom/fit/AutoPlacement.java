package headroom.fit;

import headroom.device.Card;
import headroom.device.DeviceKind;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import headroom.model.LayerSpec;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * The fastest placement that fits: everything on the cards; else experts of as few layers as
 * possible on the host; else as many whole layers as possible on the cards.
 *
 * <p>The order of llama.cpp's own {@code --fit} (<a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/common/fit.cpp">common/fit.cpp</a>),
 * which also leaves 1 GiB of each card free ({@code fit_params_target}) when something has to move.
 */
final class AutoPlacement {
  static final Bytes MARGIN = Bytes.ofGiB(1);

  private final FitQuestion question;
  private final LayerTable table;
  private final long margin;
  private final long[] capacity; // [cards], bytes for layers, caches and output
  private final long[] cache; // [layers], bytes

  private AutoPlacement(FitQuestion question, LayerTable table, long margin, long[] usable) {
    this.question = question;
    this.table = table;
    this.margin = margin;
    List<Card> cards = question.machine().cards();
    CacheLines caches = new CacheLines(question, table);
    cache = new long[table.layers()];
    for (int layer = 0; layer < cache.length; layer++) {
      cache[layer] = caches.ofLayer(layer);
    }
    List<LayerSpec> kinds = table.kinds();
    long without = ComputeMemory.peak(question, kinds, false, true).bytes();
    long with = ComputeMemory.peak(question, kinds, true, true).bytes();
    capacity = new long[cards.size()];
    long[] beside = beside();
    for (int card = 0; card < capacity.length; card++) {
      capacity[card] =
          usable[card]
              - margin
              - Placed.driverBytes(cards.get(card))
              - beside[card]
              - (card == capacity.length - 1 ? with : without);
    }
  }

  /** What is loaded beside the model, card by card, with the output on the last. */
  private long[] beside() {
    int cards = question.machine().cards().size();
    long[] bytes = new long[cards];
    if (!question.companions().equals(Companions.NONE)) {
      double[] shares = new double[cards];
      shares[cards - 1] = 1;
      List<MemoryLine> lines = new ArrayList<>();
      CompanionLines.add(
          lines,
          question,
          Layout.of(question.engine(), table.layers(), Placement.ALL_ON_CARDS, shares));
      for (MemoryLine line : lines) {
        if (line.place() instanceof MemoryLine.Place.OnCard on) {
          bytes[on.card()] += line.bytes().value();
        }
      }
    }
    return bytes;
  }

  /** The placement found, or everything on the cards where nothing better is possible or known. */
  static Placed find(FitQuestion question, LayerTable table) {
    Placement asked = question.placement();
    Placement whole =
        new Placement(
            new GpuLayers.All(), asked.expertLayersOnHost(), asked.split(), asked.shares());
    Placed all = Placed.at(question, table, whole);
    Optional<Bytes> left = all.tightest();
    if (left.isEmpty() || !left.get().isNegative() || !canUseHost(question)) {
      return all;
    }
    return search(question, table, MARGIN.value()).orElse(all);
  }

  /** A placement that leaves this much of each card free; empty where none does. */
  static Optional<Placed> search(FitQuestion question, LayerTable table, long margin) {
    if (!canUseHost(question)) {
      return Optional.empty();
    }
    List<Card> cards = question.machine().cards();
    long[] usable = new long[cards.size()];
    for (int card = 0; card < usable.length; card++) {
      Optional<UsableMemory> memory = UsableMemory.of(question, card);
      if (memory.isEmpty()) {
        return Optional.empty();
      }
      usable[card] = memory.get().bytes().value();
    }
    return new AutoPlacement(question, table, margin, usable).best();
  }

  /** Only llama.cpp and its fork run layers on the host; a host that is the card gains nothing. */
  static boolean canUseHost(FitQuestion question) {
    boolean engine =
        question.engine() instanceof Engine.LlamaCpp
            || question.engine() instanceof Engine.IkLlamaCpp;
    return engine
        && question.techniques().training().isEmpty()
        && question.placement().split() != Split.TENSOR
        && question.device().kind() != DeviceKind.CPU_MEMORY
        && !question.device().unifiedMemory();
  }

  private Optional<Placed> best() {
    int layers = table.layers();
    Optional<Placed> whole = candidate(layers + 1, 0);
    if (whole.isPresent()) {
      return whole;
    }
    int experts = 0;
    if (table.hasExperts()) {
      OptionalInt fewest = least(0, layers, count -> candidate(layers + 1, count).isPresent());
      if (fewest.isPresent()) {
        return candidate(layers + 1, fewest.getAsInt());
      }
      experts = layers;
    }
    int kept = experts;
    OptionalInt host = least(0, layers, off -> candidate(layers + 1 - off, kept).isPresent());
    return host.isPresent() ? candidate(layers + 1 - host.getAsInt(), kept) : Optional.empty();
  }

  /** The smallest number that passes, where all above one that passes do too. */
  private static OptionalInt least(int low, int high, IntPredicate passes) {
    if (!passes.test(high)) {
      return OptionalInt.empty();
    }
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (passes.test(middle)) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return OptionalInt.of(to);
  }

  /** The fastest split that fits with so many layers on the cards and experts on the host. */
  private Optional<Placed> candidate(int gpuLayers, int experts) {
    Optional<Placed> best = Optional.empty();
    double fastest = Double.POSITIVE_INFINITY;
    for (List<Double> shares : splits(gpuLayers, experts)) {
      GpuLayers count =
          gpuLayers > table.layers() ? new GpuLayers.All() : new GpuLayers.Count(gpuLayers);
      Placed placed =
          Placed.at(
              question, table, new Placement(count, experts, question.placement().split(), shares));
      if (fits(placed)) {
        double seconds =
            OffloadSpeed.decodeSeconds(placed, question.contextPerSequence())
                .orElse(Double.MAX_VALUE);
        // A tenth of a percent is not worth a longer command line.
        if (seconds < fastest * 0.999) {
          fastest = seconds;
          best = Optional.of(placed);
        }
      }
    }
    return best;
  }

  /** Cards alone: a host that is too small is not helped by moving more to it. */
  private boolean fits(Placed placed) {
    for (int card = 0; card < capacity.length; card++) {
      Optional<UsableMemory> usable = UsableMemory.of(question, card);
      if (usable.isEmpty()
          || usable.get().bytes().value() - placed.memory().cardTotal(card).value() < margin) {
        return false;
      }
    }
    return true;
  }

  /** Ways to share the layers: as llama.cpp would, evenly by bytes, first or last card first. */
  private List<List<Double>> splits(int gpuLayers, int experts) {
    if (capacity.length == 1 || !question.placement().shares().isEmpty()) {
      return List.of(question.placement().shares());
    }
    long[] items = items(gpuLayers, experts);
    List<List<Double>> splits = new ArrayList<>();
    splits.add(List.of());
    even(items).ifPresent(splits::add);
    fill(items, 1, true).ifPresent(splits::add);
    fill(items, 1, false).ifPresent(splits::add);
    return splits;
  }

  /** What each layer on the cards takes there, in order, the output last. */
  private long[] items(int gpuLayers, int experts) {
    int layers = table.layers();
    long[] items = new long[gpuLayers];
    for (int i = 0; i < gpuLayers; i++) {
      int layer = layers + 1 - gpuLayers + i;
      items[i] =
          layer == layers
              ? table.output()
              : table.dense(layer) + cache[layer] + (layer < experts ? 0 : table.experts(layer));
    }
    return items;
  }

  /** The smallest equal part of every card that holds all. */
  private Optional<List<Double>> even(long[] items) {
    Optional<List<Double>> found = fill(items, 1, true);
    double low = 0;
    double high = 1;
    for (int step = 0; step < 12 && found.isPresent(); step++) {
      double middle = (low + high) / 2;
      Optional<List<Double>> tighter = fill(items, middle, true);
      if (tighter.isPresent()) {
        found = tighter;
        high = middle;
      } else {
        low = middle;
      }
    }
    return found;
  }

  /** Fills one card after the other; the shares are counts of layers, which llama.cpp repeats. */
  private Optional<List<Double>> fill(long[] items, double part, boolean fromFirst) {
    int cards = capacity.length;
    double[] counts = new double[cards];
    int at = 0;
    for (int turn = 0; turn < cards; turn++) {
      int card = fromFirst ? turn : cards - 1 - turn;
      double room = capacity[card] * part;
      while (at < items.length) {
        long item = items[fromFirst ? at : items.length - 1 - at];
        if (item > room) {
          break;
        }
        room -= item;
        counts[card]++;
        at++;
      }
    }
    if (at < items.length) {
      return Optional.empty();
    }
    List<Double> shares = new ArrayList<>();
    for (double count : counts) {
      shares.add(count);
    }
    return items.length == 0 ? Optional.empty() : Optional.of(shares);
  }
}
