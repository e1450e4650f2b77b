package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class QuantizeCommandTest {
  private static final String MODEL = Golden.MODELS.resolve("llama-f32.gguf").toString();

  @TempDir private Path home;

  private CommandRun quantize(String in, Path out, String... rest) {
    String[] arguments = new String[3 + rest.length];
    arguments[0] = "quantize";
    arguments[1] = in;
    arguments[2] = out.toString();
    System.arraycopy(rest, 0, arguments, 3, rest.length);
    return CommandRun.of(home, arguments);
  }

  @Test
  void reportNamesEveryChangeAndItsError() {
    Path out = home.resolve("out.gguf");
    CommandRun run = quantize(MODEL, out, "Q4_K_M");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("F32 +Q5_0 +\\d+ +[\\d.]+ KiB +4\\.\\d+ %")
        .containsPattern("F32 +F32 +\\d+ +[\\d.]+ KiB +as it was")
        .contains("wrote " + out)
        .contains("bits per weight");
  }

  @Test
  void jsonHoldsEveryTensor() {
    Path out = home.resolve("out.gguf");
    JsonNode tree =
        RunJson.mapper().readTree(quantize(MODEL, out, "q8_0", "--json", "--threads", "1").out());
    assertThat(tree.path("format").asString()).isEqualTo("Q8_0");
    assertThat(tree.path("bytes").asLong()).isEqualTo(out.toFile().length());
    assertThat(tree.path("relativeError").asDouble()).isBetween(0.004, 0.007);
    JsonNode first = tree.path("tensors").path(0);
    assertThat(first.path("to").asString()).isIn("Q8_0", "F32");
    assertThat(tree.path("tensors").size()).isGreaterThan(10);
  }

  @Test
  void whatItWritesRuns() {
    Path out = home.resolve("out.gguf");
    quantize(MODEL, out, "Q4_K"); // short for Q4_K_M
    CommandRun run =
        CommandRun.of(home, "run", "--model", out.toString(), "--prompt", "memory", "-n", "4");
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void quantisingTwiceWarns() {
    String q8 = Golden.MODELS.resolve("llama256-q8_0.gguf").toString();
    CommandRun run = quantize(q8, home.resolve("out.gguf"), "Q4_0");
    assertThat(run.code()).isZero();
    assertThat(run.err())
        .startsWith("warning: ")
        .contains("are quantised already (Q8_0); their errors add up");
  }

  @Test
  void unknownFormatNamesTheNearest() {
    CommandRun run = quantize(MODEL, home.resolve("out.gguf"), "Q4_K_N");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .matches("headroom: unknown format 'Q4_K_N'; nearest: .*\\bQ4_K_M\\b.*\\R");
  }

  @Test
  void missingCutAndForeignInputsAreNamed() throws IOException {
    Path out = home.resolve("out.gguf");
    assertThat(quantize("none.gguf", out, "Q8_0").err())
        .startsWith("headroom: IN.gguf is 'none.gguf', which is not there; wanted a GGUF file; ");
    byte[] whole = Files.readAllBytes(Path.of(MODEL));
    Path cut = home.resolve("cut.gguf");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 5000));
    CommandRun run = quantize(cut.toString(), out, "Q8_0");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("headroom: cut.gguf @ ").contains("is the download complete?");
    Files.write(cut, java.util.Arrays.copyOf(whole, 500));
    assertThat(quantize(cut.toString(), out, "Q8_0").err().lines()).hasSize(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void inputIsNeverOverwritten() throws IOException {
    Path model = Files.copy(Path.of(MODEL), home.resolve("model.gguf"));
    Path link = Files.createSymbolicLink(home.resolve("link.gguf"), model);
    for (Path out : new Path[] {model, link, home.resolve("./model.gguf")}) {
      CommandRun run = quantize(model.toString(), out, "Q8_0");
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("are the same file; wanted another name to write");
    }
    assertThat(model).hasSameBinaryContentAs(Path.of(MODEL));
    assertThat(quantize(MODEL, home, "Q8_0").err())
        .contains("', a folder; wanted the name of a file");
    assertThat(quantize(MODEL, home.resolve("no/out.gguf"), "Q8_0").err())
        .contains("', in a folder that is not there; wanted the name of a file to write; make")
        .contains("mkdir -p " + home.resolve("no"));
  }
}
