package headroom.advise;

import headroom.device.Machine;
import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import java.util.OptionalDouble;

/**
 * What is asked of every candidate alike.
 *
 * @param context tokens of one sequence; less where a model was trained for less
 * @param keyFormat storage of cached keys
 * @param valueFormat storage of cached values
 * @param minimumRate tokens per second that decode must reach; empty where any speed will do
 */
public record Terms(
    int context, CacheFormat keyFormat, CacheFormat valueFormat, OptionalDouble minimumRate) {
  public Terms {
    if (context < 1) {
      throw new IllegalArgumentException("context is " + context + "; wanted at least 1");
    }
    if (minimumRate.isPresent()
        && (!(minimumRate.getAsDouble() > 0) || Double.isInfinite(minimumRate.getAsDouble()))) {
      throw new IllegalArgumentException(
          "min-tps is " + minimumRate.getAsDouble() + "; wanted a number above 0");
    }
  }

  /** An f16 cache of this many tokens, at any speed. */
  public static Terms of(int context) {
    return new Terms(context, CacheFormat.F16, CacheFormat.F16, OptionalDouble.empty());
  }

  /** The same at this speed or faster, in tokens per second. */
  public Terms atLeast(double tokensPerSecond) {
    return new Terms(context, keyFormat, valueFormat, OptionalDouble.of(tokensPerSecond));
  }

  /** The question that one candidate is asked. */
  public FitQuestion question(ModelSpec model, WeightFormat weights, Machine machine) {
    int tokens = Math.min(context, model.maxContext().orElse(context));
    FitQuestion question =
        FitQuestion.of(model, weights, machine.first().device(), tokens).withMachine(machine);
    return keyFormat.equals(CacheFormat.F16) && valueFormat.equals(CacheFormat.F16)
        ? question
        : question.withCache(keyFormat, valueFormat);
  }
}
