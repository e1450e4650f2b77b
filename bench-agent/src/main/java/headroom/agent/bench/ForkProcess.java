package headroom.agent.bench;

import headroom.agent.process.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** Starts one measuring process and listens to it; it never outlives this one. */
final class ForkProcess {
  /** Lines of its errors that are kept for the message when it fails. */
  private static final int TAIL = 12;

  /** 128 + SIGKILL, as a JVM reports a child that was killed. */
  private static final int KILLED = 137;

  private final Class<?> main;
  private final List<String> flags;

  /**
   * @param main its main class
   * @param flags of its virtual machine beside those that the engine needs
   */
  ForkProcess(Class<?> main, List<String> flags) {
    this.main = main;
    this.flags = flags;
  }

  /**
   * Runs the plan to its end.
   *
   * @throws ForkFailedException where the process fails, with the reason it gave or its last errors
   */
  void run(BenchPlan plan, Consumer<ForkMessage> listener)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(ChildJvm.command(flags, main)).start();
    Thread kill = new Thread(process::destroyForcibly, "kill-measuring-process");
    Runtime.getRuntime().addShutdownHook(kill);
    Deque<String> tail = new ArrayDeque<>();
    Thread errors = Thread.ofPlatform().daemon().start(() -> keepTail(process, tail));
    try (Writer input = process.outputWriter(StandardCharsets.UTF_8)) {
      tell(input, ForkMessage.LINES.writeValueAsString(plan));
      Optional<ForkMessage> last = listen(process, listener);
      int code = process.waitFor();
      errors.join();
      if (last.isPresent() && last.get() instanceof ForkMessage.Failed failed) {
        throw new ForkFailedException(failed.reason());
      }
      if (code != 0 || !(last.isPresent() && last.get() instanceof ForkMessage.Done)) {
        throw new ForkFailedException(ending(code, tail));
      }
    } finally {
      process.destroyForcibly();
      forget(kill);
    }
  }

  private static void tell(Writer input, String plan) {
    try {
      input.write(plan);
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      // It died at once; its exit code and errors tell more than the broken pipe.
    }
  }

  private static Optional<ForkMessage> listen(Process process, Consumer<ForkMessage> listener)
      throws IOException {
    Optional<ForkMessage> last = Optional.empty();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      ForkMessage message;
      try {
        message = ForkMessage.ofLine(line);
      } catch (JacksonException e) {
        // A virtual machine that crashes writes its report to standard output.
        continue;
      }
      last = Optional.of(message);
      listener.accept(message);
    }
    return last;
  }

  private static void keepTail(Process process, Deque<String> tail) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!ChildJvm.isVectorWarning(line)) {
          tail.addLast(line);
          if (tail.size() > TAIL) {
            tail.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // The process is gone.
    }
  }

  private static String ending(int code, Deque<String> tail) {
    String how =
        code == KILLED
            ? "the measuring process was killed; often the machine ran out of memory (try a smaller model or depth)"
            : "the measuring process ended with exit code %d before it was done".formatted(code);
    return tail.isEmpty() ? how : how + "; its last words:\n  " + String.join("\n  ", tail);
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook runs, which is what it is for.
    }
  }
}
