package headroom.accuracy;

import static headroom.accuracy.MemoryComparisons.WEIGHTS;

import headroom.fit.Engine;
import headroom.fit.FitQuestion;
import headroom.model.Projector;
import headroom.quant.AsStored;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.Optional;
import java.util.OptionalDouble;

/** Weights as predicted beside buffers and files of one log. */
final class WeightComparisons {
  private final LoggedRun run;
  private final MemoryComparisons comparisons;

  /**
   * @param run the log
   * @param comparisons that are added to
   */
  WeightComparisons(LoggedRun run, MemoryComparisons comparisons) {
    this.run = run;
    this.comparisons = comparisons;
  }

  /**
   * What the run itself had.
   *
   * @param format of its weights
   * @param answer of the calculator, where the case says enough for one
   */
  void own(WeightFormat format, Optional<PredictedMemory> answer) {
    ExpectedMemory expected = run.expected();
    PredictedMemory memory = answer.orElseGet(() -> alone(format));
    OptionalDouble onDevice = expected.deviceWeights();
    OptionalDouble all = expected.allWeights(run.model().parameters());
    // A format made from the size of the whole file says nothing of its parts.
    boolean sized =
        format instanceof AsStored && all.isPresent() && NamedWeights.mix(run.quant()).isEmpty();
    double whole = NamedWeights.bytes(run.model(), format);
    if (onDevice.isPresent() && run.placement() == Placement.GPU && !sized) {
      boolean mapped = expected.mapsWholeFile(run.row().text("backend").orElse(""));
      comparisons.add(WEIGHTS, mapped ? whole : memory.weightsOnCards(), onDevice);
    } else {
      comparisons.add(WEIGHTS, whole + memory.besideWeights(), all);
    }
  }

  private PredictedMemory alone(WeightFormat format) {
    return PredictedMemory.of(
        FitQuestion.of(run.model(), format, run.placement().device("unknown"), 1)
            .withEngine(NamedEngine.of(run.row(), 1)));
  }

  /** Tables of the model's weights in several formats. */
  void tables(NamedWeights weights) {
    ExpectedMemory expected = run.expected();
    expected
        .weightsByMix(run.model().parameters())
        .forEach(
            (name, mib) ->
                NamedWeights.mix(name)
                    .ifPresent(
                        mix ->
                            comparisons.add(WEIGHTS, NamedWeights.bytes(run.model(), mix), mib)));
    double tower = tower();
    expected
        .weightsByFormat(run.row().integer("tensor_parallel").orElse(1), run.quant() + maker())
        .forEach(
            (name, mib) ->
                weights
                    .find(name, run.model())
                    .ifPresent(
                        format ->
                            comparisons.add(
                                WEIGHTS, NamedWeights.bytes(run.model(), format) + tower, mib)));
  }

  /** Bytes of what reads images, which vLLM loads with the rest of a checkpoint. */
  private double tower() {
    return NamedEngine.of(run.row(), 1) instanceof Engine.Vllm
        ? run.model().projector().flatMap(Projector::checkpoint).map(Bytes::value).orElse(0L)
        : 0;
  }

  /** Meta's own FP8 files of Llama-3.1-405B are of a kind of their own. */
  private String maker() {
    return run.row().text("model").filter(name -> name.contains("405B")).isPresent()
        ? " of Meta"
        : "";
  }
}
