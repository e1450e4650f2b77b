package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufPartsTest {
  @TempDir Path folder;

  @BeforeEach
  void writeParts() throws IOException {
    for (int i = 0; i < 2; i++) {
      TensorPlan tensor = new TensorPlan("t" + i, List.of(4L), QuantFormat.F32);
      try (GgufWriter writer =
          GgufWriter.open(part(i), Map.of("split.count", 2, "split.no", i), List.of(tensor))) {
        writer.append("t" + i, ByteBuffer.allocate(16));
        writer.finish();
      }
    }
  }

  @Test
  void anyPartLeadsToAll() throws IOException {
    for (int i = 0; i < 2; i++) {
      assertThat(GgufParts.read(part(i)))
          .extracting(header -> header.tensors().getFirst().name())
          .containsExactly("t0", "t1");
    }
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    Files.delete(part(1));
    assertThatThrownBy(() -> GgufParts.read(part(0)))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("found no file m-00002-of-00002.gguf beside it; wanted all 2 parts");
  }

  @Test
  void aPartUnderAnotherNameIsNamed() throws IOException {
    Path renamed = Files.move(part(0), folder.resolve("model.gguf"));
    assertThatThrownBy(() -> GgufParts.read(renamed))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("found one of 2 parts under this name");
  }

  private Path part(int number) {
    return folder.resolve("m-%05d-of-00002.gguf".formatted(number + 1));
  }
}
