package headroom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufType;
import headroom.gguf.GgufValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderModelTest {
  @Test
  void aDenseModelIsDescribedWhole() {
    TinyHeader header = TinyHeader.dense("llama", 2).key("context_length", 4096);
    header.metadata.put("general.name", "Tiny");
    ModelSpec spec = header.spec();

    assertThat(spec.name()).isEqualTo("Tiny");
    assertThat(spec.embeddingSize()).isEqualTo(64);
    assertThat(spec.vocabularySize()).isEqualTo(100);
    assertThat(spec.tiedEmbeddings()).isFalse();
    assertThat(spec.maxContext()).hasValue(4096);
    LayerSpec layer =
        new LayerSpec(
            new AttentionSpec.GroupedQuery(4, 2, 16, 16), new FeedForward.Dense(96, true), true);
    assertThat(spec.layers()).containsExactly(layer, layer);
    assertThat(spec.parameters())
        .isEqualTo(2 * 6400 + 2 * (64 + 4096 + 2048 + 2048 + 4096 + 3 * 6144));
  }

  @ParameterizedTest
  @CsvSource({
    "gemma2, 4, wfwf",
    "gemma3, 8, wwwwwfww",
    "gemma3n, 6, wwwwfw",
    "gpt-oss, 4, wfwf",
    "cohere2, 5, wwwfw",
    "cohere2moe, 5, fwwwf",
    "llama4, 5, wwwfw",
    "olmo2, 4, wwwf",
    "smallthinker, 5, fwwwf",
    "plamo3, 9, wwwwwwwfw",
    "exaone4, 4, ffff",
    "phi3, 4, ffff",
    "qwen2, 4, ffff",
    "llama, 4, ffff"
  })
  void layersSlideAsTheirArchitectureSays(String architecture, int layers, String kinds) {
    assertThat(TinyHeader.dense(architecture, layers).key("attention.sliding_window", 512).kinds())
        .isEqualTo(kinds);
  }

  @Test
  void aPatternInTheFileComesFirst() {
    TinyHeader period = TinyHeader.dense("gemma3", 4).key("attention.sliding_window", 512);
    assertThat(period.key("attention.sliding_window_pattern", 2).kinds()).isEqualTo("wfwf");
    TinyHeader list = TinyHeader.dense("gemma4", 3).key("attention.sliding_window", 512);
    assertThat(list.key("attention.sliding_window_pattern", List.of(true, false, true)).kinds())
        .isEqualTo("wfw");
  }

  @Test
  void layersThatReadAnotherCacheOwnNone() {
    TinyHeader header =
        TinyHeader.dense("gemma4", 3)
            .key("attention.sliding_window", 512)
            .key("attention.sliding_window_pattern", List.of(true, false, true))
            .key("attention.shared_kv_layers", 2);
    assertThat(header.spec().layers())
        .extracting(LayerSpec::ownsCache)
        .containsExactly(true, false, false);
  }

  @Test
  void draftingLayersAreLeftOut() {
    TinyHeader header = TinyHeader.dense("glm4moe", 3).key("nextn_predict_layers", 1);
    ModelSpec spec = header.spec();
    assertThat(spec.layers()).hasSize(2);
    assertThat(spec.tensors()).noneMatch(tensor -> tensor.name().startsWith("blk.2."));
  }

  @Test
  void draftingLayersAreAModelOfTheirOwn() {
    TinyHeader header = TinyHeader.dense("qwen35", 3).key("nextn_predict_layers", 1);
    header.tensor("blk.2.nextn.eh_proj.weight", 128, 64);
    ModelSpec head = header.spec().predictionHead().orElseThrow();
    assertThat(head.layers())
        .containsExactly(
            new LayerSpec(
                new AttentionSpec.GroupedQuery(4, 2, 16, 16),
                new FeedForward.Dense(96, true),
                true));
    assertThat(head.tensors()).hasSize(9).allMatch(tensor -> tensor.layer().orElse(9) == 0);
    assertThat(head.tensors()).allMatch(tensor -> tensor.name().startsWith("blk.2."));
  }

  @Test
  void draftingLayersThatDisagreeDoNotRefuseTheModel() {
    TinyHeader header = TinyHeader.dense("qwen35", 2).key("block_count", 3);
    header.key("nextn_predict_layers", 1).tensor("blk.2.attn_k.weight", 64, 48);
    assertThat(header.spec().predictionHead()).isEmpty();
    assertThat(TinyHeader.dense("llama", 2).spec().predictionHead()).isEmpty();
  }

  @Test
  void headCountsMayDifferByLayer() {
    TinyHeader header = new TinyHeader("deci", 3);
    header.key("attention.head_count", List.of(4, 0, 4));
    header.key("attention.head_count_kv", List.of(2, 0, 2));
    header.attention(0).feedForward(0).feedForward(1).attention(2);
    assertThat(header.kinds()).isEqualTo("fnf");
    assertThat(header.spec().layers().get(2).feedForward()).isEqualTo(new FeedForward.None());
  }

  @Test
  void recurrentLayersHoldAState() {
    TinyHeader header = TinyHeader.dense("qwen3next", 1);
    header.key("block_count", 2).key("ssm.conv_kernel", 4).key("ssm.inner_size", 32);
    header.key("ssm.state_size", 8).key("ssm.group_count", 2);
    header.tensor("blk.1.attn_norm.weight", 64);
    header.tensor("blk.1.attn_qkv.weight", 64, 64).tensor("blk.1.ssm_out.weight", 32, 64);
    header.feedForward(1);
    assertThat(header.spec().layers().get(1).attention())
        .isEqualTo(
            new AttentionSpec.Recurrent(
                "gated delta net", 3 * (32 + 2 * 2 * 8), 8 * 32, 64 * 64 + 32 * 64));
  }

  @Test
  void rwkvAndShortConvolutionsHaveTheirOwnStates() {
    TinyHeader rwkv = new TinyHeader("rwkv7", 1).key("wkv.head_size", 16);
    rwkv.tensor("blk.0.time_mix_key.weight", 64, 64);
    rwkv.tensor("blk.0.channel_mix_key.weight", 64, 128);
    assertThat(rwkv.spec().layers())
        .containsExactly(
            new LayerSpec(
                new AttentionSpec.Recurrent("RWKV", 2 * 64, 16 * 64, 64 * 64),
                new FeedForward.Dense(128, false),
                true));
    TinyHeader lfm = new TinyHeader("lfm2", 1).key("shortconv.l_cache", 3);
    lfm.tensor("blk.0.shortconv.in_proj.weight", 64, 192);
    assertThat(lfm.spec().layers().getFirst().attention())
        .isEqualTo(new AttentionSpec.Recurrent("short convolution", 2 * 64, 0, 64 * 192));
  }

  @Test
  void falconH1HasAttentionAndAStateInOneLayer() {
    TinyHeader header = TinyHeader.dense("falcon-h1", 1);
    header.key("ssm.conv_kernel", 4).key("ssm.inner_size", 32);
    header.key("ssm.state_size", 8).key("ssm.group_count", 1);
    header.tensor("blk.0.ssm_in.weight", 64, 80).tensor("blk.0.ssm_out.weight", 32, 64);
    LayerSpec layer = header.spec().layers().getFirst();
    assertThat(layer.attention()).isEqualTo(new AttentionSpec.GroupedQuery(4, 2, 16, 16));
    assertThat(layer.beside())
        .contains(
            new AttentionSpec.Recurrent("Mamba", 3 * (32 + 2 * 8), 8 * 32, 64 * 80 + 32 * 64));
  }

  @Test
  void deepSeekV4KeepsAWindowAndEntriesOfSeveralTokens() {
    TinyHeader header = deepSeekV4();
    AttentionSpec.GroupedQuery keys = new AttentionSpec.GroupedQuery(4, 1, 32, 0);
    AttentionSpec.Indexer indexer = new AttentionSpec.Indexer(4, 16, 8);
    assertThat(header.spec().layers().stream().map(LayerSpec::attention))
        .containsExactly(
            new AttentionSpec.SlidingWindow(keys, 128),
            new AttentionSpec.SlidingWindow(
                keys, 128, Optional.of(new AttentionSpec.Compression(4, Optional.of(indexer)))),
            new AttentionSpec.SlidingWindow(
                keys, 128, Optional.of(new AttentionSpec.Compression(128, Optional.empty()))));
    assertFault(
        deepSeekV4().key("attention.key_length", 48),
        "found keys that give 1 key-value heads x key length 48 = 48 but 'blk.0.attn_kv.weight'"
            + " with 32 rows; wanted them to agree");
    assertFault(
        deepSeekV4().key("attention.compress_ratios", List.of(0, 4, -1)),
        "found key 'deepseek4.attention.compress_ratios' with -1 for layer 2");
  }

  private static TinyHeader deepSeekV4() {
    TinyHeader header = new TinyHeader("deepseek4", 3);
    header.key("attention.head_count_kv", 1).key("attention.key_length", 32);
    header.key("attention.sliding_window", 128);
    header.key("attention.compress_ratios", List.of(0, 4, 128, 0));
    header.key("attention.indexer.head_count", 4).key("attention.indexer.key_length", 16);
    header.key("attention.indexer.top_k", 8);
    for (int i = 0; i < 3; i++) {
      header.tensor("blk." + i + ".attn_kv.weight", 64, 32).feedForward(i);
    }
    return header;
  }

  @Test
  void dotsKeepsNarrowerLatentsInItsWindow() {
    TinyHeader header = new TinyHeader("dots3note", 2);
    header.key("attention.head_count_kv", 1).key("attention.kv_lora_rank", 32);
    header.key("attention.kv_lora_rank_swa", 16).key("rope.dimension_count", 8);
    header.key("attention.key_length_mla", 24).key("attention.value_length_mla", 16);
    header.key("attention.sliding_window", 64);
    header.key("attention.sliding_window_pattern", List.of(true, false));
    header.tensor("blk.0.attn_kv_a_mqa.weight", 64, 24).feedForward(0);
    header.tensor("blk.1.attn_kv_a_mqa.weight", 64, 40).feedForward(1);
    assertThat(header.kinds()).isEqualTo("wm");
    assertThat(header.spec().layers().getFirst().attention())
        .isEqualTo(
            new AttentionSpec.SlidingWindow(new AttentionSpec.GroupedQuery(4, 1, 24, 0), 64));
  }

  @Test
  void missingKeysAreNamed() {
    TinyHeader header = TinyHeader.dense("llama", 1);
    header.metadata.remove("llama.block_count");
    assertFault(header, "key 'llama.block_count' is missing; wanted an integer");
    header.metadata.remove("general.architecture");
    assertFault(header, "key 'general.architecture' is missing; wanted a string");
  }

  @Test
  void contradictionsNameBothSides() {
    assertFault(
        TinyHeader.dense("llama", 1).key("attention.key_length", 24),
        "tiny.gguf @ 0: found keys that give 4 heads x key length 24 = 96 but"
            + " 'blk.0.attn_q.weight' with 64 rows; wanted them to agree");
    assertFault(
        TinyHeader.dense("llama", 1).key("attention.value_length", 8),
        "found keys that give 2 key-value heads x value length 8 = 16 but 'blk.0.attn_v.weight'"
            + " with 32 rows");
    assertFault(
        TinyHeader.dense("llama", 1).key("vocab_size", 99),
        "found key 'llama.vocab_size' = 99 but 'token_embd.weight' with a row count of 100");
    assertFault(
        TinyHeader.dense("llama", 1).key("embedding_length", 128),
        "found key 'llama.embedding_length' = 128 but 'token_embd.weight' with a row length of 64");
    assertFault(
        TinyHeader.dense("llama", 2).key("block_count", 1),
        "found key 'llama.block_count' = 1 but a tensor 'blk.1.attn_norm.weight'");
    assertFault(
        TinyHeader.dense("llama", 1).key("block_count", 2), "found no tensors of layer 1; wanted");
    TinyHeader experts = new TinyHeader("llama", 1).attention(0).key("expert_count", 8);
    assertFault(
        experts.tensor("blk.0.ffn_down_exps.weight", 96, 64, 4),
        "found key 'llama.expert_count' = 8 but 4 experts in 'blk.0.ffn_down_exps.weight'");
  }

  @Test
  void onePartOfManyIsNamed() {
    TinyHeader header = TinyHeader.dense("llama", 1);
    header.metadata.put("split.count", 3);
    header.metadata.put("split.no", 1);
    assertFault(header, "found part 2 of a model split in 3; wanted all 3 parts together");
  }

  @Test
  void whatCannotBeDescribedIsNamed() {
    assertFault(TinyHeader.dense("clip", 1), "found a vision projector");
    assertFault(TinyHeader.dense("llama", 0), "found 0 layers, 0 of them for drafting");
    TinyHeader single = new TinyHeader("llama", 1).attention(0);
    assertFault(
        single.tensor("blk.0.ffn_down.0.weight", 96, 64), "found experts stored one by one");
  }

  /** Whatever a stranger writes under a key, the answer is a model or a named fault. */
  @Test
  void nonsenseUnderAnyKeyIsReadOrRefused() {
    List<Object> nonsense =
        List.of(
            0,
            -1,
            1L << 62,
            Integer.MAX_VALUE,
            "text",
            true,
            0.5f,
            List.of(1, 2),
            List.of("a"),
            GgufValue.array(GgufType.UINT32, List.of()));
    int refused = 0;
    for (String architecture : List.of("llama", "gemma3", "gemma4", "deepseek2", "qwen3next")) {
      Map<String, Object> sound = new LinkedHashMap<>(rich(architecture).metadata);
      for (String key : sound.keySet()) {
        for (Object value : nonsense) {
          TinyHeader header = rich(architecture);
          header.metadata.put(key, value);
          try {
            header.spec();
          } catch (GgufFormatException e) {
            assertThat(e.getMessage()).startsWith("tiny.gguf @ 0: ");
            refused++;
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void rolesFollowNames() {
    ModelSpec spec =
        TinyHeader.dense("llama", 1)
            .tensor("blk.0.attn_q.bias", 64)
            .tensor("blk.0.ffn_gate_inp.weight", 64, 8)
            .tensor("blk.0.indexer.attn_k.weight", 64, 16)
            .tensor("blk.0.ffn_gate_inp_shexp.weight", 64)
            .spec();
    assertThat(spec.tensors())
        .extracting(tensor -> TensorNames.stem(tensor.name()) + " " + tensor.role())
        .contains(
            "token_embd TOKEN_EMBEDDING",
            "output OUTPUT",
            "attn_norm UNQUANTISED",
            "attn_v ATTENTION_V",
            "ffn_down FFN_DOWN",
            "attn_q.bias UNQUANTISED",
            "ffn_gate_inp ROUTER",
            "indexer.attn_k INDEXER",
            "ffn_gate_inp_shexp UNQUANTISED");
    assertThat(TensorNames.role("blk.0.ssm_conv1d.weight", 2)).isEqualTo(TensorRole.UNQUANTISED);
    assertThat(TensorNames.role("blk.0.attn_gate.weight", 2)).isEqualTo(TensorRole.RECURRENT);
    assertThat(spec.tensors().getFirst().layer()).isEqualTo(OptionalInt.empty());
    assertThat(spec.tensors().getLast().layer()).isEqualTo(OptionalInt.of(0));
  }

  private static TinyHeader rich(String architecture) {
    TinyHeader header = TinyHeader.dense(architecture, 2);
    header.key("attention.key_length", 16).key("attention.value_length", 16);
    header.key("attention.sliding_window", 8).key("attention.sliding_window_pattern", 2);
    header.key("attention.shared_kv_layers", 1).key("nextn_predict_layers", 0);
    header.key("vocab_size", 100).key("context_length", 4096).key("rope.dimension_count", 16);
    header.key("expert_count", 4).key("expert_used_count", 2);
    header.tensor("blk.1.ffn_down_exps.weight", 96, 64, 4);
    header.metadata.put("split.count", 1);
    header.metadata.put("tokenizer.ggml.tokens", Collections.nCopies(100, "x"));
    if (architecture.equals("deepseek2")) {
      header.key("attention.kv_lora_rank", 32).key("attention.key_length_mla", 24);
      header.key("attention.value_length_mla", 16).key("attention.q_lora_rank", 16);
      header.key("attention.indexer.head_count", 4).key("attention.indexer.key_length", 16);
      header.key("attention.indexer.top_k", 64);
    }
    if (architecture.equals("qwen3next")) {
      header.key("ssm.conv_kernel", 4).key("ssm.inner_size", 32).key("ssm.state_size", 8);
      header.key("ssm.group_count", 2).tensor("blk.1.ssm_out.weight", 32, 64);
    }
    return header;
  }

  private static void assertFault(TinyHeader header, String message) {
    assertThatThrownBy(header::spec)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining(message);
  }
}
