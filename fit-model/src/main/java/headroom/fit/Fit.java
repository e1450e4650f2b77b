package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.device.Machine;
import headroom.fit.Techniques.Outside;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers the question whether a model fits a device, where its bytes go, and how fast it runs. */
public final class Fit {
  /** The prompt that prefill is predicted for: llama-bench's own {@code pp512}. */
  public static final int PROMPT_TOKENS = 512;

  private Fit() {}

  /**
   * Answers a question by the rules of its engine; combinations that the engine would refuse are
   * answered by the nearest possible one, with a note.
   *
   * @throws IllegalArgumentException where a file's header lacks a tensor of the model
   */
  public static FitReport answer(FitQuestion asked) {
    Feasible feasible = Feasible.of(asked);
    FitQuestion question = feasible.question();
    List<Supplier<String>> notes = new ArrayList<>();
    for (String note : question.techniques().notes()) {
      notes.add(() -> note);
    }
    notes.addAll(feasible.notes());
    Placed placed = Placed.of(question);
    LogitsNote.add(notes, placed);
    List<CardLoad> cards = cards(placed, notes);
    Optional<Bytes> tightest = placed.tightest();
    Verdict verdict =
        tightest.isPresent() ? verdict(placed, tightest.get()) : unknown(question.machine());
    boolean training = question.techniques().training().isPresent();
    boolean runs = tightest.isEmpty() || !tightest.get().isNegative();
    if (training) {
      notes.add(
          () -> "No speed is predicted for fine-tuning: what is answered is whether it fits.");
    } else if (!runs) {
      notes.add(
          () ->
              "No speed is predicted because not all layers fit %s."
                  .formatted(
                      question.machine().cards().size() == 1 ? "the device" : "the devices"));
    }
    boolean speed = runs && !training;
    boolean outside = question.techniques().outside().isPresent() && placed.isWhole();
    if (speed && outside) {
      notes.add(
          () -> "No prefill speed is predicted where weights lie outside the device's memory.");
    }
    return new FitReport(
        asked,
        question,
        placed.memory(),
        verdict,
        speed ? decode(placed, notes) : Optional.empty(),
        speed && !outside ? prefill(placed, notes) : Optional.empty(),
        placed.placement(),
        cards,
        speed ? onCardsOnly(placed) : Optional.empty(),
        notes);
  }

  private static List<CardLoad> cards(Placed placed, List<Supplier<String>> notes) {
    Machine machine = placed.question().machine();
    List<CardLoad> loads = new ArrayList<>(machine.cards().size());
    UsableNotes.add(notes, placed.question());
    for (int c = 0; c < machine.cards().size(); c++) {
      Optional<UsableMemory> usable = UsableMemory.of(placed.question(), c);
      boolean split = placed.isSplitInParts();
      loads.add(
          new CardLoad(
              machine.idOf(c),
              placed.memory().cardTotal(c),
              usable.map(UsableMemory::bytes),
              split ? placed.layout().layers() : placed.layout().layersOn(c),
              split || placed.layout().output() == c));
    }
    return loads;
  }

  private static Verdict verdict(Placed placed, Bytes tightest) {
    boolean whole = placed.layout().isAllOnCards();
    int onCards = placed.layout().layersOnCards();
    if (!tightest.isNegative()) {
      return whole ? new Verdict.Fits(tightest) : new Verdict.FitsWithOffload(tightest, onCards);
    }
    int layers = whole ? layersThatFit(placed, tightest) : 0;
    return layers > 0
        ? new Verdict.FitsWithOffload(tightest, layers)
        : new Verdict.DoesNotFit(tightest);
  }

  /**
   * Whole layers that would fit where all were asked for; scratch memory does not shrink with them
   * (https://github.com/ggml-org/llama.cpp/issues/27953).
   */
  private static int layersThatFit(Placed placed, Bytes tightest) {
    FitQuestion question = placed.question();
    if (!canOffload(question, placed.memory())) {
      return 0;
    }
    if (placed.layout().cards() > 1) {
      return AutoPlacement.search(question, placed.table(), 0)
          .map(found -> found.layout().layersOnCards())
          .orElse(0);
    }
    CacheLines cache = new CacheLines(question, placed.table());
    long missing = -tightest.value();
    int layers = placed.layout().layers();
    for (int layer = 0; layer < layers; layer++) {
      missing -= placed.table().dense(layer) + placed.table().experts(layer) + cache.ofLayer(layer);
      if (missing <= 0) {
        return layers - 1 - layer;
      }
    }
    return 0;
  }

  /** Where CPU and GPU share one memory, offload helps only if that memory holds everything. */
  private static boolean canOffload(FitQuestion question, MemoryPlan plan) {
    Device device = question.device();
    if (device.kind() == DeviceKind.CPU_MEMORY
        || question.techniques().training().isPresent()
        || question.techniques().outside().isPresent()) {
      return false;
    }
    if (!device.unifiedMemory()) {
      return true;
    }
    Bytes everything = plan.deviceTotal().plus(plan.hostTotal());
    return question
        .deviceMemory()
        .or(device::memory)
        .map(memory -> memory.compareTo(everything) >= 0)
        .orElse(false);
  }

  private static Verdict unknown(Machine machine) {
    for (Card card : machine.cards()) {
      if (card.memory().isEmpty()) {
        return new Verdict.Unknown(
            "the memory of %s is not known; say how much it has".formatted(card.device().name()));
      }
    }
    throw new IllegalStateException("all cards have memory, yet none is usable");
  }

  private static Optional<SpeedEstimate> decode(Placed placed, List<Supplier<String>> notes) {
    FitQuestion question = placed.question();
    int depth = question.contextPerSequence();
    Optional<Outside> outside = question.techniques().outside();
    if (outside.isPresent() && placed.isWhole()) {
      return outside(placed, outside.get(), notes);
    }
    Optional<SpeedEstimate> decode =
        placed.isWhole() ? DecodeSpeed.at(question, depth) : OffloadSpeed.decode(placed, depth);
    if (decode.isPresent()
        && question.device().kind() == DeviceKind.CPU_MEMORY
        && !(question.engine() instanceof Engine.Embedded)
        && question.device().compute().fp32().isEmpty()) {
      notes.add(
          () ->
              "Which processor computes beside this memory is not known: its arithmetic is counted"
                  + " as processors usually have it, and the intervals are wider. On that machine"
                  + " itself, ./headroom advise knows the processor.");
    }
    if (decode.isPresent() && ParallelSpeed.is(placed)) {
      notes.add(() -> ParallelSpeed.note(placed));
    }
    if (decode.isEmpty()) {
      notes.add(() -> reason(placed));
    }
    return decode;
  }

  /** Weights outside the device's memory: copies set the pace, or nobody can say. */
  private static Optional<SpeedEstimate> outside(
      Placed placed, Outside outside, List<Supplier<String>> notes) {
    FitQuestion question = placed.question();
    if (outside.where() != Techniques.Rest.STREAMED) {
      notes.add(
          () ->
              "No decode speed: it depends on which weights each token needs and on "
                  + (outside.where() == Techniques.Rest.FLASH
                      ? "the flash storage"
                      : "the host's processor")
                  + "; the paper's figures are what is known.");
      return Optional.empty();
    }
    Optional<SpeedEstimate> speed =
        DecodeSpeed.at(question, question.contextPerSequence())
            .flatMap(
                whole ->
                    OutsideWeights.of(placed.table(), outside)
                        .streamed(whole, question.device().link()));
    if (speed.isEmpty()) {
      notes.add(
          () ->
              "No decode speed: the link between %s and its host, or its bandwidth, is not known."
                  .formatted(question.device().name()));
    }
    return speed;
  }

  private static String reason(Placed placed) {
    if (ParallelSpeed.is(placed)
        && CardLink.between(placed.question().machine().cards(), placed.question().engine())
            .isEmpty()) {
      return "No decode speed: the link between the devices is not known; none for prefill either.";
    }
    for (Card card : placed.question().machine().cards()) {
      if (card.device().bandwidth().isEmpty()) {
        return "No decode speed: the memory bandwidth of %s is not known."
            .formatted(card.device().name());
      }
    }
    boolean host = !placed.layout().isAllOnCards();
    if (host && placed.question().machine().host().bandwidth().isEmpty()) {
      return "The bandwidth of the host's memory is not known: a decode speed holds only beside the"
          + " memory that it names.";
    }
    return "No decode speed: no device like %s has been measured."
        .formatted(placed.question().device().name());
  }

  /** What it would be if the cards had room for everything. */
  private static Optional<TokenRate> onCardsOnly(Placed placed) {
    if (placed.layout().isAllOnCards()) {
      return Optional.empty();
    }
    Placed whole =
        Placed.at(
            placed.question(),
            placed.table(),
            new Placement(new Placement.GpuLayers.All(), 0, placed.layout().split(), List.of()));
    return OffloadSpeed.decode(whole, placed.question().contextPerSequence())
        .map(SpeedEstimate::median);
  }

  /** The rate over a whole prompt of which the first tokens are found in the cache. */
  private static SpeedEstimate reusing(int reused, int tokens, SpeedEstimate rest) {
    double factor = (double) (reused + tokens) / tokens;
    return new SpeedEstimate(
        new TokenRate(rest.median().tokensPerSecond() * factor),
        new TokenRate(rest.low().tokensPerSecond() * factor),
        new TokenRate(rest.high().tokensPerSecond() * factor),
        rest.limiter(),
        () ->
            "%s; %d tokens before them are in the cache: × (%d + %d) / %d"
                .formatted(rest.formula(), reused, reused, tokens, tokens),
        rest.source());
  }

  private static Optional<SpeedEstimate> prefill(Placed placed, List<Supplier<String>> notes) {
    FitQuestion question = placed.question();
    int tokens = Math.min(PROMPT_TOKENS, question.contextPerSequence());
    int reused =
        Math.min(
            question.techniques().sharedPrefix().orElse(0), question.contextPerSequence() - tokens);
    Optional<SpeedEstimate> prefill =
        (placed.isWhole()
                ? PrefillSpeed.of(question, tokens, reused)
                : OffloadSpeed.prefill(placed, tokens, reused))
            .map(speed -> reused == 0 ? speed : reusing(reused, tokens, speed));
    if (prefill.isEmpty()) {
      if (ParallelSpeed.is(placed)) {
        return prefill; // The note on decode says why.
      }
      notes.add(
          () ->
              ("No prefill speed: the peak arithmetic, bandwidth or link of %s is not known, or no"
                      + " device like it has been measured so.")
                  .formatted(question.device().name()));
    }
    return prefill;
  }
}
