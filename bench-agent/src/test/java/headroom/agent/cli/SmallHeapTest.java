package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights and caches lie outside the heap, which a JVM of its own keeps to 64 MiB here. */
class SmallHeapTest {
  @TempDir Path folder;

  @Test
  void aModelOfABillionWeightsRunsInAHeapOf64MiB() throws IOException, InterruptedException {
    Path file = folder.resolve("model.gguf");
    CommandRun written =
        CommandRun.of(folder, "synthesize", "llama-3.2-1b", "Q4_0", file.toString());
    assertThat(written.code()).as(written.err()).isZero();

    assertThat(inSmallHeap("run", "--model", file.toString(), "--prompt", "Once", "-n", "2"))
        .contains("generated 2 tokens");
  }

  private static String inSmallHeap(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Headroom.class.getName()));
    command.addAll(List.of(arguments));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor()).as(output).isZero();
    return output;
  }
}
