package headroom.agent.cli;

import headroom.agent.bench.ForkMessage;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a measurement is: a bar on a terminal, a few lines elsewhere. */
final class BenchProgress implements BiConsumer<Integer, ForkMessage>, AutoCloseable {
  /** Repetitions that a test usually takes, warm-up included; the bar grows where it takes more. */
  private static final int USUAL_REPETITIONS = 9;

  private final PrintWriter messages;
  private final int forks;
  private final @Nullable ProgressBar bar;

  private BenchProgress(PrintWriter messages, int forks, @Nullable ProgressBar bar) {
    this.messages = messages;
    this.forks = forks;
    this.bar = bar;
  }

  static BenchProgress on(PrintWriter messages, List<String> tests, int forks) {
    ProgressBar bar =
        errorsGoToTerminal()
            ? new ProgressBarBuilder()
                .setTaskName("measuring")
                .setInitialMax((long) forks * tests.size() * USUAL_REPETITIONS)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .build()
            : null;
    return new BenchProgress(messages, forks, bar);
  }

  @Override
  public void accept(Integer fork, ForkMessage message) {
    String process = "process %d of %d".formatted(fork, forks);
    switch (message) {
      case ForkMessage.Loaded loaded ->
          say("%s: loaded, %s, %d threads".formatted(process, loaded.kernels(), loaded.threads()));
      case ForkMessage.Ceiling ceiling ->
          say(
              "%s: %s with %d thread%s"
                  .formatted(
                      process,
                      BenchText.ceiling(ceiling.what(), ceiling.perSecond()),
                      ceiling.threads(),
                      ceiling.threads() == 1 ? "" : "s"));
      case ForkMessage.Warmup warmup -> step(process + ", warming up " + warmup.test());
      case ForkMessage.Sample sample -> step(process + ", " + sample.test());
      case ForkMessage.Profile _ -> {}
      case ForkMessage.Done _ -> {
        if (bar == null) {
          say(process + ": done");
        }
      }
      case ForkMessage.Failed _ -> {}
    }
  }

  private void say(String text) {
    if (bar == null) {
      messages.println(text);
    } else {
      bar.setExtraMessage(text);
    }
  }

  private void step(String text) {
    if (bar != null) {
      bar.setExtraMessage(text);
      bar.step();
      bar.maxHint(Math.max(bar.getMax(), bar.getCurrent() + 1));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** Java only knows of terminals on standard input and output; Linux tells of this one too. */
  private static boolean errorsGoToTerminal() {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
  }
}
