package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.LoadOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadsOptionTest {
  @TempDir Path home;

  @Test
  void unaskedThereIsAThreadForEachCore() {
    ThreadsOption unasked = new ThreadsOption();
    assertThat(unasked.asked()).isEmpty();
    assertThat(unasked.count()).isEqualTo(LoadOptions.defaultThreads());
  }

  @Test
  void helpSaysWhatTheDefaultIs() {
    assertThat(CommandRun.of(home, "bench", "--help").out().replaceAll("\\s+", " "))
        .contains("Worker threads. Default: one for each core that this process may use.");
  }
}
