package headroom.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.GoldenFiles;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose header is sound but whose contents are not what the architecture needs. */
class ModelErrorsTest {
  @TempDir Path folder;

  /** The golden model with every occurrence of some bytes replaced by as many others. */
  private Path patched(String from, String to) throws IOException {
    assertThat(from).hasSameSizeAs(to);
    String bytes = Files.readString(GoldenFiles.of("llama-f32.gguf"), StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains(from);
    Path file = folder.resolve("patched.gguf");
    return Files.writeString(file, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aMissingTensorIsNamedWithTheShapeItShouldHave() throws IOException {
    Path file = patched("blk.1.attn_k.weight", "blk.1.attn_x.weight");
    assertThatThrownBy(() -> LanguageModel.load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("patched.gguf")
        .hasMessageContaining(
            "tensor 'blk.1.attn_k.weight' is missing; wanted one of shape [128, 64]");
  }

  @Test
  void aTensorOfAnotherShapeIsNamedWithBoth() throws IOException {
    // Swapping the names of two matrices gives each the other's shape.
    Path file = patched("blk.0.attn_q.weight", "blk.0.attn_Q.weight");
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file,
        bytes
            .replace("blk.0.attn_k.weight", "blk.0.attn_q.weight")
            .replace("blk.0.attn_Q.weight", "blk.0.attn_k.weight"),
        StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> LanguageModel.load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(
            "tensor 'blk.0.attn_q.weight': found shape [128, 64]; wanted [128, 128]");
  }

  @Test
  void anUnknownArchitectureIsNamedWithThoseThatRun() throws IOException {
    // The value's length stands before it: 5 bytes, little-endian.
    String length = "\5\0\0\0\0\0\0\0";
    Path file = patched(length + "llama", length + "lemma");
    assertThatThrownBy(() -> LanguageModel.load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("'general.architecture' is 'lemma'")
        .hasMessageContaining("this build runs ")
        .hasMessageContaining(", granitemoe, ")
        .hasMessageContaining(", qwen3, qwen35, ");
  }

  @Test
  void aMissingKeyIsNamed() throws IOException {
    Path file = patched("llama.block_count", "llama.block_COUNT");
    assertThatThrownBy(() -> LanguageModel.load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("key 'llama.block_count' is missing");
  }

  @Test
  void theKernelsThatServeAndWhyCanBeRead() {
    Path file = GoldenFiles.of("llama-f32.gguf");
    try (LanguageModel scalar =
            LanguageModel.load(file, new LoadOptions(1, KernelChoice.REFERENCE));
        LanguageModel fastest = LanguageModel.load(file)) {
      assertThat(scalar.kernels()).isEqualTo("reference");
      assertThat(scalar.kernelReason()).isEqualTo("Scalar kernels, as asked for.");
      assertThat(fastest.kernels()).matches("assembled-[a-z0-9]+|vector-(128|256|512)");
      assertThat(fastest.kernelReason()).isNotBlank();
      assertThat(fastest.contextLength()).isEqualTo(2048);
      assertThat(fastest.tokenizer().size()).isEqualTo(fastest.vocabularySize());
    }
  }
}
