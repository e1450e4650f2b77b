package headroom.fit;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers the question whether a model fits a device, where its bytes go, and how fast it runs. */
public final class Fit {
  /** The prompt that prefill is predicted for: llama-bench's own {@code pp512}. */
  public static final int PROMPT_TOKENS = 512;

  private Fit() {}

  /**
   * Answers a question by llama.cpp's rules with all layers on one device; combinations it would
   * refuse are answered by the nearest possible one, with a note.
   *
   * @throws IllegalArgumentException where a file's header lacks a tensor of the model
   */
  public static FitReport answer(FitQuestion asked) {
    Feasible feasible = Feasible.of(asked);
    FitQuestion question = feasible.question();
    List<String> notes = new ArrayList<>(question.techniques().notes());
    notes.addAll(feasible.notes());
    StoredWeights weights = StoredWeights.of(question.model(), question.weights());
    MemoryPlan plan = plan(question, weights);
    Optional<UsableMemory> usable = UsableMemory.of(question);
    usable.flatMap(UsableMemory::note).ifPresent(note -> notes.add(note.get()));
    if (DriverMemory.isUnmeasured(question.device())) {
      notes.add("The driver's own context is not counted: nobody has published its size here.");
    }
    Verdict verdict =
        usable
            .map(memory -> verdict(question, weights, plan, memory.bytes()))
            .orElseGet(() -> unknown(question.device()));
    boolean training = question.techniques().training().isPresent();
    boolean resident =
        !training && (verdict instanceof Verdict.Fits || verdict instanceof Verdict.Unknown);
    if (training) {
      notes.add("No speed is predicted for fine-tuning: what is answered is whether it fits.");
    } else if (!resident) {
      notes.add(
          "No speed is predicted because not all layers fit the device: choose a smaller"
              + " quantisation, a shorter context or a smaller cache format.");
    }
    return new FitReport(
        asked,
        plan,
        verdict,
        resident ? decode(question, notes) : Optional.empty(),
        resident ? prefill(question, notes) : Optional.empty(),
        notes);
  }

  private static MemoryPlan plan(FitQuestion question, StoredWeights weights) {
    List<MemoryLine> lines = new ArrayList<>(WeightMemory.lines(question, weights));
    if (question.techniques().training().isPresent()) {
      lines.addAll(TrainingMemory.lines(question, question.techniques().training().get()));
    } else {
      lines.addAll(CacheMemory.lines(question));
      lines.addAll(ComputeMemory.lines(question));
    }
    if (EngineMemory.of(question.engine()).leavesContextToDriver()) {
      DriverMemory.line(question.device()).ifPresent(lines::add);
    }
    return new MemoryPlan(lines);
  }

  private static Verdict verdict(
      FitQuestion question, StoredWeights weights, MemoryPlan plan, Bytes usable) {
    Bytes headroom = usable.minus(plan.deviceTotal());
    if (!headroom.isNegative()) {
      return new Verdict.Fits(headroom);
    }
    int layers =
        canOffload(question, plan) ? OffloadSearch.layers(question, weights, plan, usable) : 0;
    return layers > 0
        ? new Verdict.FitsWithOffload(headroom, layers)
        : new Verdict.DoesNotFit(headroom);
  }

  /** Where CPU and GPU share one memory, offload helps only if that memory holds everything. */
  private static boolean canOffload(FitQuestion question, MemoryPlan plan) {
    Device device = question.device();
    if (device.kind() == DeviceKind.CPU_MEMORY || question.techniques().training().isPresent()) {
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

  private static Verdict unknown(Device device) {
    return new Verdict.Unknown(
        "the memory of %s is not known; say how much it has".formatted(device.name()));
  }

  private static Optional<SpeedEstimate> decode(FitQuestion question, List<String> notes) {
    Optional<SpeedEstimate> decode = DecodeSpeed.at(question, question.contextPerSequence());
    if (decode.isEmpty()) {
      notes.add(
          question.device().bandwidth().isEmpty()
              ? "No decode speed: the memory bandwidth of %s is not known."
                  .formatted(question.device().name())
              : "No decode speed: no device like %s has been measured."
                  .formatted(question.device().name()));
    }
    return decode;
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

  private static Optional<SpeedEstimate> prefill(FitQuestion question, List<String> notes) {
    int tokens = Math.min(PROMPT_TOKENS, question.contextPerSequence());
    int reused =
        Math.min(
            question.techniques().sharedPrefix().orElse(0), question.contextPerSequence() - tokens);
    Optional<SpeedEstimate> prefill =
        PrefillSpeed.of(question, tokens, reused)
            .map(speed -> reused == 0 ? speed : reusing(reused, tokens, speed));
    if (prefill.isEmpty()) {
      notes.add(
          ("No prefill speed: the peak arithmetic or bandwidth of %s is not known, or no device like"
                  + " it has been measured against them.")
              .formatted(question.device().name()));
    }
    return prefill;
  }
}
