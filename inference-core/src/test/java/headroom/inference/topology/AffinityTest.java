package headroom.inference.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AffinityTest {
  private static final Path STATUS = Path.of("/proc/thread-self/status");

  private Affinity affinity;
  private List<Integer> before;

  @BeforeEach
  void onLinux() {
    assumeTrue(Files.isReadable(STATUS), "the system is not Linux");
    affinity = Affinity.ofSystem().orElseThrow();
    before = affinity.allowed();
  }

  @AfterEach
  void free() {
    if (affinity != null) {
      affinity.bind(before);
    }
  }

  @Test
  void aThreadThatIsBoundRunsThereAsTheSystemSaysItself() throws IOException {
    int last = before.getLast();
    assertThat(affinity.bind(List.of(last))).isEmpty();
    assertThat(affinity.allowed()).containsExactly(last);
    assertThat(affinity.processor()).isEqualTo(last);
    assertThat(Files.readAllLines(STATUS)).contains("Cpus_allowed_list:\t" + last);
  }

  @Test
  void otherThreadsAreNotBound() throws InterruptedException {
    Thread bound = Thread.ofPlatform().start(() -> affinity.bind(before.subList(0, 1)));
    bound.join();
    assertThat(affinity.allowed()).isEqualTo(before);
  }

  @Test
  void aVisitorIsThereAndFree() {
    for (int processor : before) {
      affinity.visit(List.of(processor));
      assertThat(affinity.processor()).isEqualTo(processor);
      assertThat(affinity.allowed()).isEqualTo(before);
    }
  }

  @Test
  void aTaskRunsThereWhateverBecomesOfIt() {
    List<Integer> last = List.of(before.getLast());
    assertThatThrownBy(
            () ->
                affinity.during(
                    () -> {
                      assertThat(affinity.allowed()).isEqualTo(last);
                      throw new IllegalStateException("broken");
                    },
                    last))
        .hasMessage("broken");
    assertThat(affinity.allowed()).isEqualTo(before);
  }

  @Test
  void whoMayNotGoThereStays() {
    assumeTrue(before.size() > 1, "one processor");
    affinity.bind(before.subList(0, 1));
    affinity.visit(before.subList(1, 2));
    assertThat(affinity.processor()).isEqualTo(before.getFirst());
    assertThat(affinity.allowed()).isEqualTo(before.subList(0, 1));
  }

  @Test
  void processorsThatAreNotThereAreRefusedWithTheSystemsReason() {
    assertThat(affinity.bind(List.of(8191))).contains("Invalid argument");
    assertThat(affinity.allowed()).isEqualTo(before);
  }
}
