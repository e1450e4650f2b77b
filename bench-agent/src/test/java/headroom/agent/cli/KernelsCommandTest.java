package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelsCommandTest {
  @TempDir private Path home;

  @Test
  void listsEveryFormatThatHasAKernel() {
    CommandRun run = CommandRun.of(home, "kernels", "--tokens", "8");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("q8_0", "q4_k", "f16", "score-q8_0", "norm", "bytes of avx2 for 8 tokens");
  }

  @Test
  void printsOneAsInstructionsOrAsBytes() {
    CommandRun run = CommandRun.of(home, "kernels", "--print", "q8_0");
    assertThat(run.code()).isZero();
    assertThat(run.out()).containsAnyOf("vpmaddubsw", "objdump is not installed");
  }

  @Test
  void printsWhatIsNoProduct() {
    CommandRun norm = CommandRun.of(home, "kernels", "--print", "norm");
    assertThat(norm.code()).isZero();
    assertThat(norm.out()).containsAnyOf("vsqrtps", "objdump is not installed");
    CommandRun score = CommandRun.of(home, "kernels", "--print", "score-F16", "--tokens", "8");
    assertThat(score.out()).containsAnyOf("vcvtph2ps", "objdump is not installed");
  }

  @Test
  void jumpsLeadToPlacesThatAreShownAndConstantsAreNoInstructions() {
    String norm = CommandRun.of(home, "kernels", "--print", "norm").out();
    assumeFalse(norm.contains("is not installed"), norm);
    Matcher jump = Pattern.compile("jns 0x([0-9a-f]+)").matcher(norm);
    assertThat(jump.find()).isTrue();
    assertThat(norm).containsPattern("(?m)^ +" + jump.group(1) + ": v");
    assertThat(norm.lines().dropWhile(line -> !line.endsWith(": ret")).skip(1))
        .isNotEmpty()
        .allMatch(line -> line.matches(" *[0-9a-f]+: \\.byte( 00 00 80 3f){4}")); // 1.0f
  }

  @Test
  void printsThoseOfAnotherProcessorToo() {
    CommandRun run =
        CommandRun.of(
            home, "kernels", "--print", "q8_0", "--instructions", "neon-i8mm", "--tokens", "2");
    assertThat(run.code()).isZero();
    assertThat(run.out()).containsAnyOf("smmla v", "aarch64-linux-gnu-objdump is not installed");
  }

  @Test
  void whatThereIsNotIsNamedBesideWhatThereIs() {
    CommandRun run = CommandRun.of(home, "kernels", "--instructions", "neon");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("'neon'", "avx2, avx-vnni, avx512-vnni, neon-dotprod");
    assertThat(CommandRun.of(home, "kernels", "--tokens", "9").err()).contains("wanted 1 to 8");
    assertThat(CommandRun.of(home, "kernels", "--print", "iq2_s").err())
        .contains("--print is 'iq2_s'", "avx2 does not have", "q8_0 or norm");
  }
}
