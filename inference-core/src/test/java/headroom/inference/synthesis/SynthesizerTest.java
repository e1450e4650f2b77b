package headroom.inference.synthesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.gguf.TensorInfo;
import headroom.inference.token.Tokenizer;
import headroom.inference.token.Tokenizers;
import headroom.mix.MixRules;
import headroom.model.AttentionSpec;
import headroom.model.HeaderModel;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SynthesizerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "qwen3moe"})
  void fileDescribesTheShapeThatWentIn(String architecture) throws IOException {
    ModelSpec shape = SmallShapes.of(architecture);
    GgufHeader header = write(shape, GgufMix.Q8_0, 1);
    ModelSpec read = HeaderModel.of(header);

    assertThat(read.architecture()).isEqualTo(architecture);
    assertThat(read.layers()).isEqualTo(shape.layers());
    assertThat(read.vocabularySize()).isEqualTo(shape.vocabularySize());
    assertThat(read.maxContext()).isEqualTo(shape.maxContext());
    assertThat(sizes(read)).isEqualTo(sizes(shape));
    assertThat(header.metadata().findDouble("%s.rope.freq_base".formatted(architecture)))
        .hasValue(500_000);
    assertThat(header.metadata().findBoolean("headroom.synthetic")).hasValue(true);
    assertThat(header.metadata().getLong("headroom.seed")).isEqualTo(1);
    assertThat(header.metadata().getString("headroom.shape")).isEqualTo(shape.id());
    assertThat(header.metadata().getString("general.name")).isEqualTo(shape.id() + " synthetic");
  }

  @ParameterizedTest
  @EnumSource(
      value = GgufMix.class,
      names = {
        "F32",
        "F16",
        "BF16",
        "Q8_0",
        "Q4_0",
        "Q4_K_M",
        "Q6_K",
        "Q3_K_M",
        "IQ4_NL",
        "MXFP4_MOE"
      })
  void everyTensorIsStoredAsItsMixSays(GgufMix mix) throws IOException {
    ModelSpec shape = SmallShapes.of("qwen3moe");
    Map<String, QuantFormat> stored =
        write(shape, mix, 1).tensors().stream()
            .collect(Collectors.toMap(TensorInfo::name, TensorInfo::format));
    assertThat(stored).isEqualTo(MixRules.formats(mix, shape));
  }

  @Test
  void expertsAreTheThirdDimension() throws IOException {
    GgufHeader header = write(SmallShapes.of("qwen3moe"), GgufMix.Q8_0, 1);
    assertThat(header.tensor("blk.1.ffn_down_exps.weight").orElseThrow().shape())
        .containsExactly(256L, 256L, 4L);
    assertThat(header.tensor("blk.1.attn_norm.weight").orElseThrow().shape()).containsExactly(256L);
  }

  @Test
  void sameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
    byte[] first = bytes(7, "a.gguf");
    assertThat(bytes(7, "b.gguf")).isEqualTo(first);
    assertThat(bytes(8, "c.gguf")).isNotEqualTo(first).hasSameSizeAs(first);
  }

  @Test
  void normsAreOneAndBiasesAreNot() throws IOException {
    Path file = folder.resolve("model.gguf");
    Synthesizer.write(SmallShapes.of("qwen2"), GgufMix.Q8_0, file, 3);
    assertThat(floats(file, "blk.0.attn_norm.weight")).containsOnly(1f);
    assertThat(floats(file, "blk.0.attn_q.bias")).hasSizeGreaterThan(100).doesNotContain(1f, 0f);
  }

  @Test
  void vocabularySpellsEveryText() throws IOException {
    Tokenizer tokenizer = Tokenizers.of(write(SmallShapes.of("llama"), GgufMix.Q8_0, 1));
    String text = "The other train.\n¿Ñandú? 中文 🦙";
    assertThat(tokenizer.size()).isEqualTo(SmallShapes.VOCABULARY);
    assertThat(tokenizer.decode(tokenizer.encode(text, true, false))).isEqualTo(text);
    assertThat(tokenizer.encode(" the", false, false)).hasSize(1);
    assertThat(tokenizer.isEndOfGeneration(SmallShapes.VOCABULARY - 1)).isTrue();
  }

  @Test
  void whatCannotBeSynthesizedIsRefusedByName() {
    refuse(
        SmallShapes.of("rwkv7"),
        GgufMix.Q8_0,
        "small-rwkv7: architecture 'rwkv7'; wanted one of bitnet, cohere2, command-r, ");
    refuse(SmallShapes.of("llama"), GgufMix.IQ2_XXS, "IQ2_XXS stores '", "Q8_0");
    refuse(
        SmallShapes.of("llama", 260),
        GgufMix.Q8_0,
        "vocabulary of 260 tokens; wanted at least 268");
    ModelSpec llama = SmallShapes.of("llama");
    refuse(
        with(llama, new AttentionSpec.None()),
        GgufMix.Q8_0,
        "None attention in a llama model; wanted grouped");
    List<LayerSpec> mixed = new ArrayList<>(llama.layers());
    mixed.add(
        new LayerSpec(new AttentionSpec.None(), llama.layers().getFirst().feedForward(), true));
    refuse(
        withLayers(llama, mixed), GgufMix.Q8_0, "None attention in a llama model; wanted grouped");
    assertThat(folder).isEmptyDirectory();
  }

  private void refuse(ModelSpec shape, GgufMix mix, String... parts) {
    assertThatThrownBy(() -> Synthesizer.write(shape, mix, folder.resolve("no.gguf"), 1))
        .isInstanceOf(SynthesisException.class)
        .hasMessageContainingAll(parts);
  }

  private static ModelSpec with(ModelSpec model, AttentionSpec attention) {
    return withLayers(
        model,
        model.layers().stream()
            .map(layer -> new LayerSpec(attention, layer.feedForward(), layer.ownsCache()))
            .toList());
  }

  private static ModelSpec withLayers(ModelSpec model, List<LayerSpec> layers) {
    return new ModelSpec(
        model.id(),
        model.name(),
        model.architecture(),
        model.embeddingSize(),
        model.vocabularySize(),
        model.tiedEmbeddings(),
        layers,
        model.tensors(),
        model.maxContext());
  }

  private GgufHeader write(ModelSpec shape, GgufMix mix, long seed) throws IOException {
    Path file = folder.resolve("model.gguf");
    Synthesizer.write(new SyntheticShape(shape, OptionalDouble.of(500_000)), mix, file, seed);
    return GgufReader.read(file);
  }

  private byte[] bytes(long seed, String name) throws IOException {
    Path file = folder.resolve(name);
    Synthesizer.write(SmallShapes.of("llama"), GgufMix.Q4_K_M, file, seed);
    return Files.readAllBytes(file);
  }

  private static float[] floats(Path file, String tensor) throws IOException {
    GgufHeader header = GgufReader.read(file);
    TensorInfo info = header.tensor(tensor).orElseThrow();
    float[] floats = new float[(int) info.elements()];
    ByteBuffer.wrap(Files.readAllBytes(file))
        .order(ByteOrder.LITTLE_ENDIAN)
        .position((int) (header.dataOffset() + info.offset()))
        .asFloatBuffer()
        .get(floats);
    return floats;
  }

  private static Map<String, Long> sizes(ModelSpec model) {
    return model.tensors().stream()
        .collect(Collectors.toMap(TensorFacts::name, TensorFacts::elements));
  }
}
