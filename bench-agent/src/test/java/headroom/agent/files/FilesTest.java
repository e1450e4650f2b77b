package headroom.agent.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilesTest {
  private static final Path HOME = Path.of("/home/ada");

  @TempDir private Path folder;

  @Test
  void foldersLieInTheHomeByDefault() {
    assertThat(Folders.of(Map.of(), HOME))
        .isEqualTo(
            new Folders(
                Path.of("/home/ada/.cache/headroom"),
                Path.of("/home/ada/.local/share/headroom"),
                Path.of("/home/ada/.config/headroom")));
  }

  @Test
  void environmentMovesThem() {
    Folders folders =
        Folders.of(
            Map.of(
                "HEADROOM_CACHE", "/big/cache",
                "XDG_DATA_HOME", "/data",
                "XDG_CONFIG_HOME", "relative/is/ignored"),
            HOME);
    assertThat(folders.models()).isEqualTo(Path.of("/big/cache/models"));
    assertThat(folders.runs()).isEqualTo(Path.of("/data/headroom/runs"));
    assertThat(folders.keys()).isEqualTo(Path.of("/home/ada/.config/headroom/keys.json"));
  }

  @Test
  void wholeFileReplacesAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("deep/er/run.json");
    WholeFile.write(file, "one".getBytes(StandardCharsets.UTF_8));
    WholeFile.write(file, "two".getBytes(StandardCharsets.UTF_8));
    assertThat(file).hasContent("two");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside).containsExactly(file);
    }
  }
}
