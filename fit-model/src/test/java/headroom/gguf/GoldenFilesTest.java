package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that llama.cpp itself reads; they lie in ../shared beside the repository. */
class GoldenFilesTest {
  private static final Path GOLDEN = Path.of("..", "..", "shared", "golden");

  @Test
  void everyGoldenFileIsReadWholly() throws IOException {
    assumeTrue(Files.isDirectory(GOLDEN), "../shared/golden is absent: nothing to read");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(GOLDEN)) {
      files = walk.filter(file -> file.toString().endsWith(".gguf")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      GgufHeader header = GgufReader.read(file);
      assertThat(header.metadata().findString("general.architecture")).as("%s", file).isPresent();
      long data = header.tensors().stream().mapToLong(t -> t.bytes().value()).sum();
      assertThat(header.fileBytes() - header.dataOffset() - data)
          .as("%s: bytes that no tensor owns are padding", file)
          .isBetween(0L, 32L * (header.tensors().size() + 1));
    }
  }
}
