package headroom.agent.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs this program again in a process with the engine's flags, as if it were this one. */
public final class Relaunch {
  private Relaunch() {}

  /**
   * Runs it with the same input and output and returns its exit code. Its errors pass through this
   * process, which leaves out the virtual machine's remark on the incubating module.
   */
  public static int run(Class<?> main, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = ChildJvm.command(List.of(), main);
    command.addAll(arguments);
    Process child =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    // On Ctrl-C the terminal signals both; this one waits so that the other's last words are heard.
    Thread patience = new Thread(() -> outlive(child), "wait-for-child");
    Runtime.getRuntime().addShutdownHook(patience);
    Thread errors = Thread.ofPlatform().daemon().start(() -> pass(child, System.err));
    int code = child.waitFor();
    errors.join();
    try {
      Runtime.getRuntime().removeShutdownHook(patience);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook has nothing left to wait for.
    }
    return code;
  }

  private static void outlive(Process child) {
    try {
      if (!child.waitFor(5, TimeUnit.SECONDS)) {
        child.destroyForcibly();
      }
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Process child, PrintStream to) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!ChildJvm.isVectorWarning(line)) {
          to.println(line);
        }
      }
    } catch (IOException e) {
      // The child is gone, and with it its errors.
    }
  }
}
