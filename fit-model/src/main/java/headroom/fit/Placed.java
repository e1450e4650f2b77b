package headroom.fit;

import headroom.device.Card;
import headroom.device.Machine;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Placement.Split;
import headroom.fit.Techniques.ExtraWeights;
import headroom.model.Projector;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A question whose placement is decided.
 *
 * @param question what is computed
 * @param table bytes by layer
 * @param placement with {@code auto} replaced by what was found
 * @param layout which layer lies where
 * @param memory where every byte goes
 */
record Placed(
    FitQuestion question, LayerTable table, Placement placement, Layout layout, MemoryPlan memory) {

  /** Decides {@code auto} and lays the model out. */
  static Placed of(FitQuestion question) {
    LayerTable table = LayerTable.of(question.model(), question.weights());
    return question.placement().layers() instanceof Placement.GpuLayers.Auto
        ? AutoPlacement.find(question, table)
        : at(question, table, question.placement());
  }

  /** Lays the model out by this placement. */
  static Placed at(FitQuestion question, LayerTable table, Placement placement) {
    Layout layout =
        Layout.of(question.engine(), table.layers(), placement, shares(question, placement));
    return new Placed(question, table, placement, layout, plan(question, table, layout));
  }

  /** Stated shares, or the memory that is free before the model is loaded, as llama.cpp splits. */
  private static double[] shares(FitQuestion question, Placement placement) {
    List<Card> cards = question.machine().cards();
    double[] shares = new double[cards.size()];
    if (!placement.shares().isEmpty()) {
      for (int card = 0; card < placement.shares().size(); card++) {
        shares[card] = placement.shares().get(card);
      }
      return shares;
    }
    if (shares.length == 1) {
      shares[0] = 1;
      return shares;
    }
    for (int card = 0; card < shares.length; card++) {
      Optional<UsableMemory> usable = UsableMemory.of(question, card);
      if (usable.isEmpty()) {
        Arrays.fill(shares, 1);
        return shares;
      }
      shares[card] = Math.max(1, usable.get().bytes().value() - driverBytes(cards.get(card)));
    }
    return shares;
  }

  /** What the driver takes of a card. */
  static long driverBytes(Card card) {
    return DriverMemory.line(card.device()).map(line -> line.bytes().value()).orElse(0L);
  }

  private static MemoryPlan plan(FitQuestion question, LayerTable table, Layout layout) {
    if (layout.cards() > 1 && layout.split() == Split.TENSOR) {
      return inParts(question, layout.cards());
    }
    boolean engineLeavesContext = EngineMemory.of(question.engine()).leavesContextToDriver();
    List<MemoryLine> lines = new ArrayList<>();
    WeightLines weights = new WeightLines(question, table, layout);
    if (layout.cards() == 1 && layout.isAllOnCards()
        || question.techniques().training().isPresent()) {
      weights.addCard(lines, 0, Place.DEVICE);
      addExtra(lines, question);
      weights.addHost(lines);
      if (question.techniques().training().isPresent()) {
        lines.addAll(TrainingMemory.lines(question, question.techniques().training().get()));
      } else {
        new CacheLines(question, table).add(lines, layout, 0, Place.DEVICE);
        lines.addAll(ComputeMemory.lines(question));
      }
      CompanionLines.add(lines, question, layout);
      if (engineLeavesContext) {
        DriverMemory.line(question.device()).ifPresent(lines::add);
      }
      question
          .techniques()
          .outside()
          .ifPresent(outside -> OutsideWeights.of(table, outside).move(lines));
      return new MemoryPlan(lines);
    }
    CacheLines cache = new CacheLines(question, table);
    CardScratch scratch = new CardScratch(question, table, layout);
    List<MemoryLine> whole = ComputeMemory.lines(question);
    for (int card = 0; card < layout.cards(); card++) {
      Place place = new Place.OnCard(card);
      weights.addCard(lines, card, place);
      if (card == 0) {
        addExtra(lines, question);
      }
      cache.add(lines, layout, card, place);
      scratch.addCard(lines, card, place);
      for (MemoryLine line : whole) {
        if (line.place().isCard(card) && line.quantity() != Quantity.COMPUTE) {
          lines.add(line);
        }
      }
      if (engineLeavesContext) {
        DriverMemory.line(question.machine().cards().get(card).device(), place)
            .ifPresent(lines::add);
      }
    }
    weights.addHost(lines);
    cache.add(lines, layout, Layout.HOST, Place.HOST);
    scratch.addHost(lines);
    for (MemoryLine line : whole) {
      if (!line.place().isCard()) {
        lines.add(line);
      }
    }
    CompanionLines.add(lines, question, layout);
    return new MemoryPlan(lines);
  }

  /** Tensor parallelism: each card answers for its part of the model as if it were alone. */
  private static MemoryPlan inParts(FitQuestion question, int cards) {
    FitQuestion one = question.withPlacement(Placement.ALL_ON_CARDS);
    FitQuestion part =
        one.withModel(Sharding.part(question.model(), cards))
            .withCompanions(whole -> whole.part(cards));
    boolean whole = !(question.engine() instanceof Engine.Vllm);
    List<MemoryLine> lines = new ArrayList<>();
    for (int card = 0; card < cards; card++) {
      Card own = question.machine().cards().get(card);
      FitQuestion here = part;
      if (whole) {
        // llama.cpp has no parts of a projector: the first card has all of it.
        here = part.withCompanions(Companions::withoutProjector);
        Optional<Projector> projector = question.companions().projector();
        if (card == 0 && projector.isPresent()) {
          here = here.withCompanions(all -> all.withProjector(projector.get()));
        }
      }
      for (MemoryLine line : alone(here, own).lines()) {
        if (line.place().isCard()) {
          lines.add(
              new MemoryLine(
                  line.what(),
                  line.quantity(),
                  new Place.OnCard(card),
                  line.bytes(),
                  line.formulaText(),
                  line.quantity() == Quantity.WEIGHTS || line.quantity() == Quantity.KV
                      ? line.source() + "; " + Sharding.SOURCE
                      : line.source()));
        }
      }
    }
    for (MemoryLine line : alone(one, question.machine().first()).lines()) {
      if (!line.place().isCard()) {
        lines.add(line);
      }
    }
    return new MemoryPlan(lines);
  }

  private static MemoryPlan alone(FitQuestion question, Card card) {
    FitQuestion single =
        question.withMachine(new Machine(List.of(card), question.machine().host()));
    return at(single, LayerTable.of(single.model(), single.weights()), Placement.ALL_ON_CARDS)
        .memory();
  }

  private static void addExtra(List<MemoryLine> lines, FitQuestion question) {
    for (ExtraWeights extra : question.techniques().extraWeights()) {
      lines.add(
          new MemoryLine(
              extra.what(),
              Quantity.WEIGHTS,
              Place.DEVICE,
              Bytes.of((long) Math.ceil(extra.parameters() * extra.bitsPerWeight() / 8)),
              () ->
                  String.format(
                      Locale.ROOT,
                      "%s = %,d × %s B",
                      extra.formula(),
                      extra.parameters(),
                      extra.bitsPerWeight() / 8),
              extra.source()));
    }
  }

  /** True where one card has everything. */
  boolean isWhole() {
    return layout.cards() == 1 && layout.isAllOnCards();
  }

  /** True where every card has a part of every layer. */
  boolean isSplitInParts() {
    return layout.cards() > 1 && layout.split() == Split.TENSOR;
  }

  /**
   * What is left on the fullest card, or on the host where that is known and has less left;
   * negative where something is missing. Empty where a card's memory is not known.
   */
  Optional<Bytes> tightest() {
    long least = Long.MAX_VALUE;
    for (int card = 0; card < layout.cards(); card++) {
      Optional<UsableMemory> usable = UsableMemory.of(question, card);
      if (usable.isEmpty()) {
        return Optional.empty();
      }
      least = Math.min(least, usable.get().bytes().value() - memory.cardTotal(card).value());
    }
    Optional<Bytes> host = question.machine().host().memory();
    if (host.isPresent() && !question.device().unifiedMemory()) {
      least = Math.min(least, host.get().value() - memory.hostTotal().value());
    }
    return Optional.of(Bytes.of(least));
  }
}
