package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesTest {
  @TempDir private Path home;

  @Test
  void helpListsEveryCommandAndNoOther() {
    CommandRun help = CommandRun.of(home, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out().lines().filter(line -> line.matches("  [a-z]+  .*")))
        .extracting(line -> line.strip().split(" ")[0])
        .containsExactly(
            "fit",
            "advise",
            "probe",
            "synthesize",
            "quantize",
            "run",
            "perplexity",
            "bench",
            "upload",
            "verify",
            "kernels",
            "accuracy",
            "calibrate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fit",
        "advise",
        "probe",
        "synthesize",
        "quantize",
        "run",
        "perplexity",
        "bench",
        "upload",
        "verify",
        "accuracy"
      })
  void everyCommandHasHelp(String command) {
    CommandRun help = CommandRun.of(home, command, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: headroom " + command);
    assertThat(help.err()).isEmpty();
  }

  @Test
  void unknownCommandIsABadArgumentWithAHint() {
    CommandRun run = CommandRun.of(home, "bensh");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("bensh").contains("bench").contains("headroom --help");
    assertThat(run.err().lines()).hasSizeLessThan(5);
  }

  @Test
  void unknownOptionIsABadArgument() {
    CommandRun run = CommandRun.of(home, "probe", "--jsn");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--jsn").contains("--json").contains("headroom probe --help");
  }

  @Test
  void unknownModelNamesTheNearest() {
    CommandRun run = fit("--model", "lama-3.1-8b", "--device", "nvidia-geforce-rtx-4090");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("headroom: unknown model 'lama-3.1-8b'; nearest: llama-3.1-8b");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void unknownDeviceNamesTheNearest() {
    CommandRun run = fit("--model", "llama-3.1-8b", "--device", "rtx 4090");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("headroom: unknown device 'rtx 4090'; nearest: nvidia-geforce-rtx-4090");
  }

  @Test
  void unknownWeightFormatNamesTheNearest() {
    CommandRun run =
        fit("--model", "llama-3.1-8b", "--device", "nvidia-geforce-rtx-4090", "--quant", "Q4_KM");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("headroom: unknown weight format 'Q4_KM'; nearest: Q4_K_")
        .contains("Q4_K_M");
  }

  @Test
  void unknownCacheFormatNamesTheNearest() {
    CommandRun run =
        fit("--model", "llama-3.1-8b", "--device", "nvidia-geforce-rtx-4090", "--kv", "q8");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("headroom: unknown cache format 'q8'; nearest: q8_0");
  }

  @Test
  void impossibleNumbersAreNamed() {
    List<String> common = List.of("--model", "llama-3.1-8b", "--device", "nvidia-geforce-rtx-4090");
    assertThat(fit(with(common, "--context", "0")).err())
        .isEqualTo("headroom: --context is 0; wanted at least 1" + System.lineSeparator());
    assertThat(fit(with(common, "--parallel", "-1")).code()).isEqualTo(2);
    assertThat(fit(with(common, "--context", "many")).code()).isEqualTo(2);
    assertThat(fit(with(common, "--memory", "lots")).err())
        .contains("--memory is 'lots'; wanted an amount such as 32GiB");
  }

  @Test
  void missingFileIsNamed() {
    CommandRun run = fit("--model", "nowhere/model.gguf", "--device", "nvidia-geforce-rtx-4090");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "headroom: --model is 'nowhere/model.gguf', which is not there; wanted a GGUF file or a"
                + " model of the catalogue; there is no folder 'nowhere'"
                + System.lineSeparator());
  }

  @Test
  void brokenModelFileIsToldWithItsOffset() throws IOException {
    Path file = home.resolve("broken.gguf");
    Files.writeString(file, "GGUF and then nothing of sense");
    CommandRun run = fit("--model", file.toString(), "--device", "nvidia-geforce-rtx-4090");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("headroom: ").contains("broken.gguf @ ");
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void everyCommandRefusesAFolderInPlaceOfAFile() throws IOException {
    Path folder = Files.createDirectory(home.resolve("folder.gguf"));
    Path model = Golden.MODELS.resolve("llama-f32.gguf");
    String[] device = {"--device", "nvidia-geforce-rtx-4090"};
    for (String[] line :
        List.of(
            new String[] {"fit", "--model", "FOLDER", device[0], device[1]},
            new String[] {
              "fit", "--model", "qwen3-8b", "--draft-model", "FOLDER", device[0], device[1]
            },
            new String[] {"fit", "--model", "qwen3-8b", "--mmproj", "FOLDER", device[0], device[1]},
            new String[] {"run", "--model", "FOLDER", "--prompt", "a"},
            new String[] {"run", "--model", "MODEL", "--prompt", "a", "--draft", "FOLDER"},
            new String[] {"run", "--model", "MODEL", "--prompt", "a", "--prompt-cache", "FOLDER"},
            new String[] {"quantize", "FOLDER", "out.gguf", "Q8_0"},
            new String[] {"quantize", "MODEL", "FOLDER", "Q8_0"},
            new String[] {"synthesize", "smollm2-135m", "Q8_0", "FOLDER"},
            new String[] {"perplexity", "--model", "FOLDER", "--text", "MODEL"},
            new String[] {"perplexity", "--model", "MODEL", "--text", "FOLDER"},
            new String[] {"perplexity", "--model", "MODEL", "--text", "MODEL", "--base", "FOLDER"},
            new String[] {"bench", "--model", "FOLDER"},
            new String[] {"bench", "--model", "MODEL", "--out", "FOLDER"},
            new String[] {"bench", "--model", "MODEL", "--experiment", "kivi", "--text", "FOLDER"},
            new String[] {"upload", "FOLDER"},
            new String[] {"accuracy", "fit", "FOLDER"},
            new String[] {"accuracy", "speed", "FOLDER"},
            new String[] {"calibrate", "--measurements", "FOLDER"},
            new String[] {"calibrate", "--out", "FOLDER"})) {
      for (int i = 0; i < line.length; i++) {
        line[i] = line[i].equals("FOLDER") ? folder.toString() : line[i];
        line[i] = line[i].equals("MODEL") ? model.toString() : line[i];
      }
      CommandRun run = CommandRun.of(home, line);
      assertThat(run.code()).as(String.join(" ", line)).isEqualTo(2);
      assertThat(run.err().lines()).as(String.join(" ", line)).hasSize(1);
      assertThat(run.err())
          .containsPattern("headroom: [-A-Za-z.]+ is '.*folder.gguf', a folder; wanted .*; ");
    }
  }

  @Test
  void emptyAndCutFilesAreToldInOneLine() throws IOException {
    byte[] model = Files.readAllBytes(Golden.MODELS.resolve("llama-f32.gguf"));
    for (int bytes : new int[] {0, 1000, 20_000, model.length - 1000}) {
      Path cut = Files.write(home.resolve("cut.gguf"), Arrays.copyOf(model, bytes));
      for (String[] line :
          List.of(
              new String[] {"fit", "--model", "" + cut, "--device", "nvidia-geforce-rtx-4090"},
              new String[] {"run", "--model", "" + cut, "--prompt", "a"},
              new String[] {"quantize", "" + cut, "" + home.resolve("out.gguf"), "Q8_0"},
              new String[] {"bench", "--model", "" + cut})) {
        CommandRun run = CommandRun.of(home, line);
        assertThat(run.code()).as(line[0]).isEqualTo(1);
        assertThat(run.err().lines()).as(line[0]).hasSize(1);
        assertThat(run.err())
            .startsWith("headroom: cut.gguf @ ")
            .contains("found ", "; wanted ", "(is the download complete?)");
      }
    }
  }

  @Test
  void benchArgumentsAreChecked() {
    assertThat(CommandRun.of(home, "bench", "--tests", "pp0").err())
        .contains("--tests has 'pp0'; wanted pp512, tg128, tg128@d4096 and the like");
    assertThat(CommandRun.of(home, "bench", "--depth", "deep").err())
        .contains("--depth has 'deep'");
    assertThat(CommandRun.of(home, "bench", "--forks", "0").err())
        .contains("--forks is 0; wanted 1 to 20");
    assertThat(CommandRun.of(home, "bench", "--kv", "q2_k").err())
        .contains(
            "--kv is 'q2_k', which the engine's cache does not store; wanted K or K,V of f32, f16");
    assertThat(CommandRun.of(home, "bench", "--upload", "ftp://x").err())
        .contains("site is 'ftp://x'; wanted an address such as http://localhost:8080");
    assertThat(CommandRun.of(home, "bench", "--threads", "0").err())
        .contains("--threads is 0; wanted 1 to 1024");
    assertThat(CommandRun.of(home, "bench", "--model", "smollm2-135m").code()).isEqualTo(2);
    assertThat(CommandRun.of(home, "bench", "--model", "smollm2-135m:Q9").err())
        .startsWith("headroom: unknown format 'Q9'; nearest: ");
    assertThat(CommandRun.of(home, "bench", "--model", "smolm2-135m:Q8_0").err())
        .startsWith("headroom: unknown model 'smolm2-135m'; nearest: smollm2-135m");
    assertThat(home.resolve("data")).doesNotExist();
  }

  @Test
  void uploadWithoutRunsSaysSo() {
    CommandRun run = CommandRun.of(home, "upload", "--site", "http://localhost:1");
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("Nothing to send");
  }

  @Test
  void uploadOfNoRunIsToldInOneLine() throws IOException {
    Path file = home.resolve("letter.json");
    Files.writeString(file, "[]");
    CommandRun run = CommandRun.of(home, "upload", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("letter.json is not a run document");
    Files.writeString(file, "");
    assertThat(CommandRun.of(home, "upload", file.toString()).err())
        .contains(
            "letter.json is not a run document: it is empty; wanted one as 'bench' writes it");
    Files.writeString(file, "{}");
    assertThat(CommandRun.of(home, "upload", file.toString()).err())
        .contains("letter.json is not a run document: /version: found nothing; wanted one as ");
  }

  @Test
  void unexpectedFailureGoesToALog() throws IOException {
    CommandRun run =
        CommandRun.of(
            home, "fit", "--model", "bad\0name.gguf", "--device", "nvidia-geforce-rtx-4090");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("headroom: unexpected failure: ").contains("details in ");
    assertThat(run.err()).doesNotContain("\tat ");
    Path log = Path.of(run.err().strip().replaceFirst("(?s).*details in ", ""));
    assertThat(Files.readString(log)).contains("InvalidPathException", "\tat ");
  }

  private CommandRun fit(String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "fit";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return CommandRun.of(home, arguments);
  }

  private static String[] with(List<String> common, String... more) {
    return java.util.stream.Stream.concat(common.stream(), Arrays.stream(more))
        .toArray(String[]::new);
  }
}
