package headroom.agent.experiment;

import headroom.inference.decode.Session;
import java.util.List;

/** How fast a session reads a prompt and goes on, each of {@link Setting#REPETITIONS} times. */
final class Speeds {
  private final Session session;
  private final int[] prompt;
  private final int[] generated;
  private final long[] prefillNanos = new long[Setting.REPETITIONS];
  private final long[] decodeNanos = new long[Setting.REPETITIONS];

  /**
   * @param generated tokens that go in one by one after the prompt
   */
  Speeds(Session session, int[] prompt, int[] generated) {
    this.session = session;
    this.prompt = prompt;
    this.generated = generated;
  }

  /**
   * Lets several take turns, after one turn that is not counted, so that a machine that slows down
   * slows them all.
   */
  static void inTurns(List<Speeds> all) {
    all.forEach(Speeds::prefill);
    all.forEach(Speeds::decode);
    for (int turn = 0; turn < Setting.REPETITIONS; turn++) {
      for (Speeds one : all) {
        one.prefillNanos[turn] = one.prefill();
        one.decodeNanos[turn] = one.decode();
      }
    }
  }

  private long prefill() {
    return Timed.once(() -> session.truncate(0), () -> session.forward(prompt));
  }

  private long decode() {
    return Timed.once(
        () -> {},
        () -> {
          for (int token : generated) {
            session.forward(token);
          }
        });
  }

  /** The row with these speeds. */
  Row on(Row row) {
    return row.prefill(Rate.of(prompt.length, prefillNanos))
        .decode(Rate.of(generated.length, decodeNanos));
  }
}
