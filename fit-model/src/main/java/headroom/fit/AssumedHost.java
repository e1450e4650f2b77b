package headroom.fit;

import headroom.device.Machine;
import headroom.units.Bytes;
import java.util.Optional;

/**
 * A decode speed beside the memory that a host of that size usually has, where nobody said what the
 * host has.
 *
 * @param memory that is assumed
 * @param decode speed beside it; its interval is that of the estimate and knows nothing of hosts
 *     with other memory
 */
public record AssumedHost(UsualHost memory, SpeedEstimate decode) {
  /** Empty where the report has a speed, nothing runs, or the host is not what it lacks. */
  public static Optional<AssumedHost> of(FitReport report) {
    boolean partly =
        report.verdict() instanceof Verdict.FitsWithOffload fits && !fits.headroom().isNegative();
    if (!partly || report.decode().isPresent()) {
      return Optional.empty();
    }
    return beside(report.computed().withPlacement(report.placement()), report.memory().hostTotal());
  }

  /** The same question on a host that holds so much; empty where its bandwidth was said. */
  static Optional<AssumedHost> beside(FitQuestion question, Bytes hostBytes) {
    Machine machine = question.machine();
    if (machine.host().bandwidth().isPresent()) {
      return Optional.empty();
    }
    UsualHost usual = UsualHost.holding(hostBytes);
    Machine known =
        new Machine(
            machine.cards(),
            machine.host().withMemory(machine.host().memory(), Optional.of(usual.bandwidth())));
    return Fit.answer(question.withMachine(known))
        .decode()
        .map(speed -> new AssumedHost(usual, speed));
  }

  /** For people: {@code dual-channel DDR5-5600 (89.6 GB/s)}. */
  public String host() {
    return "%s (%s)".formatted(memory.name(), memory.bandwidth());
  }
}
