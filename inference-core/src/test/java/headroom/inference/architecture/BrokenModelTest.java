package headroom.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import headroom.gguf.GgufFormatException;
import headroom.inference.GoldenFiles;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.ModelFormatException;
import headroom.inference.odd.OddShapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture with each tensor and each key taken away or made wrong. */
class BrokenModelTest {
  private static final Set<String> OPTIONAL =
      Set.of("output.weight", "rope_factors_short.weight", "rope_freqs.weight");

  @TempDir Path folder;

  static List<String> models() {
    List<String> models = new ArrayList<>(GoldenFiles.architectures());
    models.addAll(
        List.of("odd/bitnet", "odd/deepseek32-plain", "odd/glm-dsa", "odd/gemma3n-short"));
    return models;
  }

  private EditedModel model(String name) {
    return new EditedModel(GoldenFiles.of(name + ".gguf"));
  }

  private static void load(Path file) {
    LanguageModel.load(file, new LoadOptions(1, KernelChoice.REFERENCE)).close();
  }

  @ParameterizedTest
  @MethodSource("models")
  void eachMissingTensorIsNamed(String name) {
    EditedModel model = model(name);
    for (String tensor : model.tensors()) {
      Throwable thrown =
          catchThrowable(() -> load(model.withoutTensor(tensor, folder.resolve("m.gguf"))));
      if (thrown == null) {
        assertThat(tensor).matches(t -> isOptional(name, t), "is optional");
        continue;
      }
      // Fused queries, keys and values may also stand apart: those are what is missing then.
      String missing =
          String.valueOf(thrown.getMessage()).contains("attn_q.")
              ? tensor.replace("attn_qkv.", "attn_q.")
              : tensor;
      assertThat(thrown)
          .as(tensor)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("m.gguf: tensor '" + missing + "' is missing; wanted");
    }
  }

  /** Gemma 4 takes keys for values where those are missing, and 1 for scales. */
  private static boolean isOptional(String model, String tensor) {
    boolean ofGemma4 =
        tensor.endsWith("attn_v.weight")
            || tensor.contains("layer_output_scale")
            || tensor.endsWith("ffn_down_exps.scale");
    return OPTIONAL.contains(tensor)
        || tensor.endsWith(".scale") && !model.contains("gemma4")
        || tensor.endsWith(".bias")
        || (model.contains("gemma4") && ofGemma4);
  }

  @ParameterizedTest
  @MethodSource("models")
  void eachTensorOfAnotherShapeIsNamedWithBoth(String name) {
    EditedModel model = model(name);
    List<String> others = new ArrayList<>(model.tensors());
    others.remove("token_embd.weight"); // its rows say how large the vocabulary is
    // One number has no half.
    others.removeIf(tensor -> tensor.contains("layer_output_scale"));
    others.removeIf(tensor -> name.contains("bitnet") && tensor.endsWith(".scale"));
    for (String tensor : others) {
      Path file = model.withHalf(tensor, folder.resolve("m.gguf"));
      assertThatThrownBy(() -> load(file))
          .as(tensor)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContainingAll("m.gguf: tensor '" + tensor + "': found shape [", "; wanted [");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void keysThatAreAbsentOrWrongEndInNothingButTypedErrors(String name) {
    EditedModel model = model(name);
    for (String key : model.keys()) {
      Path file = folder.resolve("m.gguf");
      tryToLoad(key, model.withoutKey(key, file));
      for (Object value :
          List.of(0, 1, 7, Integer.MAX_VALUE, Long.MAX_VALUE, -1, 0.5f, Float.NaN)) {
        tryToLoad(key + " = " + value, model.withKey(key, value, file));
      }
      tryToLoad(key, model.withKey(key, List.of(1, 2), file));
      Throwable thrown = catchThrowable(() -> load(model.withKey(key, "text", file)));
      if (thrown != null && !key.endsWith("rope.scaling.type")) {
        assertThat(thrown)
            .isInstanceOf(GgufFormatException.class)
            .hasMessageContaining("key '" + key + "' holds a String; wanted a ");
      }
    }
  }

  private static void tryToLoad(String what, Path file) {
    Throwable thrown = catchThrowable(() -> load(file));
    if (thrown != null) {
      assertThat(thrown)
          .as(what)
          .isInstanceOfAny(ModelFormatException.class, GgufFormatException.class)
          .hasMessageContaining("m.gguf");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          deepseek2 | deepseek2.attention.kv_lora_rank | key 'deepseek2.attention.kv_lora_rank' is missing
          gpt-oss-mxfp4 | gpt-oss.attention.sliding_window | key 'gpt-oss.attention.sliding_window' is missing
          qwen2moe | qwen2moe.expert_used_count | key 'qwen2moe.expert_used_count' is missing
          qwen3moe | qwen3moe.expert_count | key 'qwen3moe.expert_count' is missing
          starcoder2 | starcoder2.attention.layer_norm_epsilon | key 'starcoder2.attention.layer_norm_epsilon' is missing
          gemma3 | gemma3.attention.layer_norm_rms_epsilon | key 'gemma3.attention.layer_norm_rms_epsilon' is missing
          olmo2-swa | olmo2.attention.head_count | key 'olmo2.attention.head_count' is missing
          glm4 | glm4.feed_forward_length | key 'glm4.feed_forward_length' is missing
          granite-exp | granite.expert_used_count | key 'granite.expert_used_count' is missing
          mistral3 | mistral3.embedding_length | key 'mistral3.embedding_length' is missing
          smollm3 | smollm3.context_length | key 'smollm3.context_length' is missing
          gemma | gemma.block_count | key 'gemma.block_count' is missing
          """)
  void aKeyThatMustBeThereIsNamed(String name, String key, String message) {
    Path file = model("architectures/" + name).withoutKey(key, folder.resolve("m.gguf"));
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          deepseek2 | deepseek2.expert_gating_func | 4 | gating_func' is 4; this build knows 1, softmax, 2, sigmoid, and 3
          deepseek2 | deepseek2.expert_group_count | 3 | are 3 and 2; wanted a divisor of the 8 experts
          deepseek2 | deepseek2.attention.key_length_mla | 8 | are 8 and 8; wanted some elements that are not rotated
          qwen3moe | qwen3moe.expert_used_count | 7 | are 6 and 7; wanted no more used than there are
          glm4 | glm4.rope.dimension_count | 7 | is 7; wanted an even number up to the key length 16
          gemma3 | gemma3.attention.head_count_kv | 3 | are 4 and 3; wanted a multiple of the latter
          gemma3n-short | gemma3n.altup.num_inputs | 3 | is 3; wanted 4 streams
          gemma3n-short | gemma3n.altup.active_idx | 1 | is 1; wanted 0, for layers work on the first
          glm-dsa | glm-dsa.attention.indexer.key_length | 4 | are 4 and 8; wanted keys of indexers that hold what is rotated
          deepseek2 | deepseek2.nextn_predict_layers | 2 | is 2; wanted fewer than the 2 blocks
          """)
  void aValueThatCannotBeIsNamedWithWhatWasWanted(
      String name, String key, int value, String message) {
    String model = OddShapes.names().contains(name) && !bundled(name) ? "odd/" : "architectures/";
    Path file = model(model + name).withKey(key, value, folder.resolve("m.gguf"));
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  private static boolean bundled(String name) {
    return GoldenFiles.architectures().contains("architectures/" + name);
  }

  @Test
  void layersThatShareAChoiceFollowOneThatChooses() {
    Path file =
        model("odd/glm-dsa-shared")
            .withKey(
                "glm-dsa.attention.indexer.types", List.of(0, 1, 1, 0), folder.resolve("m.gguf"));
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("says that layer 0 has no indexer; wanted one before");
  }

  @Test
  void headCountsMayBeListedLayerByLayer() {
    EditedModel model = model("architectures/qwen3moe");
    load(
        model.withKey(
            "qwen3moe.attention.head_count_kv", List.of(2, 2), folder.resolve("same.gguf")));
    Path file =
        model.withKey("qwen3moe.attention.head_count_kv", List.of(2, 4), folder.resolve("m.gguf"));
    assertThatThrownBy(() -> load(file))
        .hasMessageContaining(
            "tensor 'blk.1.attn_k.weight': found shape [32, 32]; wanted [32, 64]");
    Path few =
        model.withKey("qwen3moe.attention.head_count_kv", List.of(2), folder.resolve("f.gguf"));
    assertThatThrownBy(() -> load(few))
        .hasMessageContaining("holds 1 numbers; wanted one for each layer, layer 1 has none");
  }
}
