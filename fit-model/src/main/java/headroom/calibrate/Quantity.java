package headroom.calibrate;

import headroom.accuracy.SpeedCase;
import headroom.accuracy.SpeedTest;
import headroom.fit.DecodeSpeed;
import headroom.fit.PrefillSpeed;
import headroom.speed.DecodeRates;
import headroom.speed.DecodeTerm;
import headroom.speed.DecodeWork;
import headroom.speed.PrefillRates;
import headroom.speed.PrefillTerm;
import headroom.speed.PrefillWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One of the two speeds, as a regression sees it.
 *
 * @param name {@code decode} or {@code prefill}
 * @param regression how its constants are fitted
 * @param observe a case as an observation; empty where a fact of the device is missing
 * @param <R> constants of one kind of device
 */
record Quantity<R>(
    String name, Regression<R> regression, Function<SpeedCase, Optional<Observation<R>>> observe) {

  /** Times vary by a few percent between runs, models by what no term says. */
  static final Quantity<DecodeRates> DECODE =
      new Quantity<>(
          SpeedTest.DECODE,
          new Regression<>(DecodeTerm.values(), DecodeRates::of, 0.08, 0.10, 24),
          Quantity::decode);

  static final Quantity<PrefillRates> PREFILL =
      new Quantity<>(
          SpeedTest.PREFILL,
          new Regression<>(PrefillTerm.values(), PrefillRates::of, 0.15, 0.20, 24),
          Quantity::prefill);

  /** Every case of the quantity that can be observed. */
  List<Observation<R>> observe(List<SpeedCase> cases) {
    List<Observation<R>> rows = new ArrayList<>();
    for (SpeedCase one : cases) {
      if (one.test().quantity().equals(name)) {
        observe.apply(one).ifPresent(rows::add);
      }
    }
    return rows;
  }

  private static Optional<Observation<DecodeRates>> decode(SpeedCase one) {
    List<DecodeWork> works = new ArrayList<>();
    for (SpeedTest.Pass pass : one.test().passes()) {
      DecodeSpeed.work(one.question(), pass.meanDepth(), one.setting()).ifPresent(works::add);
    }
    return works.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Observation<>(
                one,
                works.getFirst().traits(),
                -Math.log(one.tokensPerSecond()),
                rates -> logSeconds(works, work -> 1 / work.seconds(rates))));
  }

  private static Optional<Observation<PrefillRates>> prefill(SpeedCase one) {
    List<PrefillWork> works = new ArrayList<>();
    for (SpeedTest.Pass pass : one.test().passes()) {
      PrefillSpeed.work(one.question(), pass.tokens(), pass.depth(), one.setting())
          .ifPresent(works::add);
    }
    return works.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Observation<>(
                one,
                works.getFirst().traits(),
                -Math.log(one.tokensPerSecond()),
                rates -> logSeconds(works, work -> work.tokens() / work.seconds(rates))));
  }

  /** Logarithm of the time of a token at the mean rate over all works. */
  private static <W> double logSeconds(List<W> works, ToDoubleFunction<W> rate) {
    double sum = 0;
    for (W work : works) {
      sum += rate.applyAsDouble(work);
    }
    return -Math.log(sum / works.size());
  }
}
