package headroom.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.KernelChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ForkProcessTest {
  private static final BenchPlan PLAN =
      new BenchPlan(
          "none.gguf",
          OptionalInt.of(1),
          KernelChoice.AUTO,
          "f16,q8_0",
          List.of("tg8"),
          BenchPlan.Ceilings.NONE,
          1 << 26,
          false,
          10,
          7);

  /** Says two samples, some noise, and that it is done. */
  static final class Talker {
    public static void main(String[] arguments) {
      System.out.println(new ForkMessage.Warmup("tg8", 5).toLine());
      System.out.println("noise");
      System.out.println(new ForkMessage.Sample("tg8", 6).toLine());
      System.out.println(new ForkMessage.Done(true).toLine());
    }
  }

  /** Complains and dies before it is done. */
  static final class Crasher {
    public static void main(String[] arguments) {
      System.err.println("something dreadful");
      System.exit(3);
    }
  }

  /** Leaves without a word. */
  static final class Quitter {
    public static void main(String[] arguments) {}
  }

  @Test
  void messagesArriveInOrderAndNoiseIsPassedOver() throws Exception {
    List<ForkMessage> heard = new ArrayList<>();
    new ForkProcess(Talker.class, List.of()).run(PLAN, heard::add);
    assertThat(heard)
        .containsExactly(
            new ForkMessage.Warmup("tg8", 5),
            new ForkMessage.Sample("tg8", 6),
            new ForkMessage.Done(true));
  }

  @Test
  void crashTellsTheLastWords() {
    assertThatThrownBy(() -> new ForkProcess(Crasher.class, List.of()).run(PLAN, _ -> {}))
        .isInstanceOf(ForkFailedException.class)
        .hasMessage(
            "the measuring process ended with exit code 3 before it was done; its last words:\n  something dreadful");
  }

  @Test
  void silenceIsAFailureToo() {
    assertThatThrownBy(() -> new ForkProcess(Quitter.class, List.of()).run(PLAN, _ -> {}))
        .isInstanceOf(ForkFailedException.class)
        .hasMessageContaining("exit code 0 before it was done");
  }

  @Test
  void missingModelIsTheReasonGiven() {
    assertThatThrownBy(() -> new ForkProcess(Fork.class, List.of()).run(PLAN, _ -> {}))
        .isInstanceOf(ForkFailedException.class)
        .hasMessageContaining("none.gguf");
  }

  @Test
  void planAndMessagesSurviveTheirLines() {
    String plan = ForkMessage.LINES.writeValueAsString(PLAN);
    assertThat(plan).doesNotContain("\n");
    assertThat(ForkMessage.LINES.readValue(plan, BenchPlan.class)).isEqualTo(PLAN);
    for (ForkMessage message :
        List.of(
            new ForkMessage.Loaded("vector-256", "AVX2", 2, "OpenJDK", List.of("-Xmx1g")),
            new ForkMessage.Ceiling("read-bandwidth", 2, 1.5e10, "B/s"),
            new ForkMessage.Failed("no\nreason"))) {
      assertThat(message.toLine()).doesNotContain("\n");
      assertThat(ForkMessage.ofLine(message.toLine())).isEqualTo(message);
    }
  }

  @Test
  void defaultRunNamesSortByAge() {
    assertThat(RunFiles.defaultName(Path.of("runs"), GoldenRun.read()))
        .isEqualTo(Path.of("runs/2026-11-21T093012Z-6f1d2c0e.json"));
  }
}
