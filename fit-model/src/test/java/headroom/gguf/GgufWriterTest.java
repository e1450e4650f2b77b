package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.quant.QuantFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
  private static final List<TensorPlan> TENSORS =
      List.of(
          new TensorPlan("a.weight", List.of(32L, 3L), QuantFormat.Q4_0),
          new TensorPlan("b.bias", List.of(5L), QuantFormat.F32));

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", "llama");
    metadata.put("llama.block_count", 2);
    metadata.put("negative", -3);
    metadata.put("large", 1L << 40);
    metadata.put("scale", 0.5f);
    metadata.put("precise", 0.1);
    metadata.put("flag", true);
    metadata.put("tokens", List.of("<s>", "Grüße", ""));
    metadata.put("scores", List.of(0.25f, -1f));
    metadata.put("types", GgufValue.array(GgufType.INT32, List.of(1L, -2L)));
    metadata.put("none", GgufValue.array(GgufType.STRING, List.of()));
    Path file = folder.resolve("model.gguf");
    byte[] a = new byte[54];
    byte[] b = new byte[20];
    a[0] = 7;
    b[19] = 9;

    try (GgufWriter writer = GgufWriter.open(file, metadata, TENSORS)) {
      writer.append("a.weight", ByteBuffer.wrap(a, 0, 30));
      writer.append("a.weight", ByteBuffer.wrap(a, 30, 24));
      writer.append("b.bias", MemorySegment.ofArray(b));
      writer.finish();
    }

    GgufHeader header = GgufReader.read(file);
    assertThat(header.metadata().typed()).isEqualTo(new GgufMetadata("", metadata).typed());
    assertThat(header.metadata().findDouble("scale")).hasValue(0.5);
    assertThat(header.metadata().findList("tokens", String.class))
        .hasValue(List.of("<s>", "Grüße", ""));
    assertThat(header.tensors())
        .containsExactly(
            new TensorInfo("a.weight", List.of(32L, 3L), QuantFormat.Q4_0, 0),
            new TensorInfo("b.bias", List.of(5L), QuantFormat.F32, 64));
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes[(int) header.dataOffset()]).isEqualTo((byte) 7);
    assertThat(bytes[(int) header.dataOffset() + 64 + 19]).isEqualTo((byte) 9);
  }

  @Test
  void metadataThatWasReadIsWrittenAsItWas() throws IOException {
    GgufHeader first =
        GgufBytes.header(0, 2)
            .u32Pair("general.alignment", 64)
            .string("bytes")
            .u32(9)
            .u32(0)
            .u64(2)
            .u8(1)
            .u8(255)
            .read();
    Path file = folder.resolve("copy.gguf");
    try (GgufWriter writer = GgufWriter.open(file, first.metadata().typed(), List.of())) {
      writer.finish();
    }
    GgufHeader second = GgufReader.read(file);
    assertThat(second.metadata().typed()).isEqualTo(first.metadata().typed());
    assertThat(second.alignment()).isEqualTo(64);
  }

  @Test
  void closingEarlyLeavesNothing() throws IOException {
    Path file = folder.resolve("model.gguf");
    GgufWriter writer = GgufWriter.open(file, Map.of(), TENSORS);
    assertThatThrownBy(writer::finish)
        .hasMessage("found the end at tensor 'a.weight'; wanted 54 more bytes for it");
    writer.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void bytesOutOfOrderOrTooManyAreRefused() throws IOException {
    try (GgufWriter writer = GgufWriter.open(folder.resolve("m.gguf"), Map.of(), TENSORS)) {
      assertThatThrownBy(() -> writer.append("b.bias", ByteBuffer.allocate(1)))
          .hasMessage("found bytes for 'b.bias'; wanted 54 more for 'a.weight'");
      assertThatThrownBy(() -> writer.append("a.weight", ByteBuffer.allocate(55)))
          .hasMessage("found 55 bytes for 'a.weight'; wanted 54 more");
    }
  }

  @Test
  void anExistingFileIsReplacedOnlyAtTheEnd() throws IOException {
    Path file = folder.resolve("m.gguf");
    Files.writeString(file, "old");
    try (GgufWriter writer = GgufWriter.open(file, Map.of(), List.of())) {
      assertThat(file).hasContent("old");
      writer.finish();
    }
    assertThat(GgufReader.read(file).tensors()).isEmpty();
  }

  @Test
  void valuesThatCannotBeStoredAreRefused() {
    assertThatThrownBy(() -> GgufValue.of(List.of(1, "a"))).hasMessageContaining("wanted one type");
    assertThatThrownBy(() -> GgufValue.u32(-1)).hasMessage("-1 does not fit a GGUF UINT32");
    assertThatThrownBy(() -> GgufValue.of(new Object())).hasMessageContaining("is a Object");
    assertThatThrownBy(() -> new TensorPlan("x", List.of(31L), QuantFormat.Q4_0))
        .hasMessageContaining("rows of whole Q4_0 blocks (32)");
  }
}
