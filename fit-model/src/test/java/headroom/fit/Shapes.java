package headroom.fit;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** Models and devices written out by hand from their published configurations. */
public final class Shapes {
  /** The builds that most public logs come from. */
  public static final Engine LLAMA_CPP_OF_2025 = LlamaCppBuild.engineOf(YearMonth.of(2025, 12));

  private Shapes() {}

  /** Llama-3.1-8B: 32 layers, 32 and 8 heads of 128, vocabulary 128256, untied. */
  public static ModelSpec llama31With8b() {
    return new Shape("llama-3.1-8b", "llama", 4096, 128256, false)
        .layers(32, i -> new GroupedQuery(32, 8, 128, 128), new FeedForward.Dense(14336, true))
        .extra("rope_freqs.weight", TensorRole.UNQUANTISED, 64, 1)
        .maxContext(131072)
        .build();
  }

  /** Mixtral-8x7B: 2 of 8 experts of 14336. */
  public static ModelSpec mixtral8x7b() {
    return new Shape("mixtral-8x7b", "llama", 4096, 32000, false)
        .layers(
            32,
            i -> new GroupedQuery(32, 8, 128, 128),
            new FeedForward.MixtureOfExperts(8, 2, 14336, OptionalInt.empty(), true))
        .build();
  }

  /** One of the widest layers of Llama-3.1-Nemotron-Ultra-253B, by itself. */
  public static ModelSpec nemotronUltraWideLayer() {
    return new Shape("nemotron-ultra-253b", "deci", 16384, 128256, false)
        .layers(1, i -> new AttentionSpec.None(), new FeedForward.Dense(425984, true))
        .build();
  }

  public static ModelSpec llama31With70b() {
    return new Shape("llama-3.1-70b", "llama", 8192, 128256, false)
        .layers(80, i -> new GroupedQuery(64, 8, 128, 128), new FeedForward.Dense(28672, true))
        .build();
  }

  /** Llama-2 of 32 or 80 layers. */
  public static ModelSpec llama2(int layers, int embedding, int heads, int kvHeads, int ffn) {
    return new Shape("llama-2", "llama", embedding, 32000, false)
        .layers(
            layers,
            i -> new GroupedQuery(heads, kvHeads, 128, 128),
            new FeedForward.Dense(ffn, true))
        .build();
  }

  /** Phi-3-mini: fused query-key-value and gate-up matrices. */
  public static ModelSpec phi3Mini() {
    return new Shape("phi-3-mini", "phi3", 3072, 32064, false)
        .fused()
        .layers(32, i -> new GroupedQuery(32, 32, 96, 96), new FeedForward.Dense(8192, true))
        .build();
  }

  public static ModelSpec qwen3With14b() {
    return new Shape("qwen3-14b", "qwen3", 5120, 151936, false)
        .norms("attn_q_norm", "attn_k_norm")
        .layers(40, i -> new GroupedQuery(40, 8, 128, 128), new FeedForward.Dense(17408, true))
        .build();
  }

  public static ModelSpec qwen3With32b() {
    return new Shape("qwen3-32b", "qwen3", 5120, 151936, false)
        .norms("attn_q_norm", "attn_k_norm")
        .layers(64, i -> new GroupedQuery(64, 8, 128, 128), new FeedForward.Dense(25600, true))
        .build();
  }

  /** Gemma-3-1B: tied, rows of 1152 that no 256-block divides. */
  public static ModelSpec gemma3With1b() {
    return new Shape("gemma-3-1b", "gemma3", 1152, 262144, true)
        .norms("attn_q_norm", "attn_k_norm")
        .layerNorms("post_attention_norm", "post_ffw_norm")
        .layers(
            26,
            i -> fiveToOne(i, new GroupedQuery(4, 1, 256, 256), 512),
            new FeedForward.Dense(6912, true))
        .build();
  }

  public static ModelSpec gemma3With27b() {
    return new Shape("gemma-3-27b", "gemma3", 5376, 262208, true)
        .norms("attn_q_norm", "attn_k_norm")
        .layerNorms("post_attention_norm", "post_ffw_norm")
        .layers(
            62,
            i -> fiveToOne(i, new GroupedQuery(32, 16, 128, 128), 1024),
            new FeedForward.Dense(21504, true))
        .build();
  }

  /** gpt-oss-120b: every other layer a window of 128, 4 of 128 experts. */
  public static ModelSpec gptOss120b() {
    GroupedQuery heads = new GroupedQuery(64, 8, 64, 64);
    return new Shape("gpt-oss-120b", "gpt-oss", 2880, 201088, false)
        .layers(
            36,
            i -> i % 2 == 0 ? new AttentionSpec.SlidingWindow(heads, 128) : heads,
            new FeedForward.MixtureOfExperts(128, 4, 2880, OptionalInt.empty(), true))
        .build();
  }

  public static ModelSpec qwen3With30bA3b() {
    return new Shape("qwen3-30b-a3b", "qwen3moe", 2048, 151936, false)
        .norms("attn_q_norm", "attn_k_norm")
        .layers(
            48,
            i -> new GroupedQuery(32, 4, 128, 128),
            new FeedForward.MixtureOfExperts(128, 8, 768, OptionalInt.empty(), true))
        .build();
  }

  /** The attention of DeepSeek-V3, with an indexer as in V3.2 where asked. */
  public static ModelSpec deepSeek(Optional<AttentionSpec.Indexer> indexer) {
    return new Shape("deepseek-v3", "deepseek2", 7168, 129280, false)
        .layers(
            61,
            i ->
                new AttentionSpec.LatentAttention(
                    128, 512, OptionalInt.of(1536), 64, 128, 128, indexer),
            new FeedForward.MixtureOfExperts(256, 8, 2048, OptionalInt.of(2048), true))
        .build();
  }

  /** Qwen3.6-27B: 48 layers of linear attention and 16 of full attention. */
  public static ModelSpec qwen36With27b() {
    AttentionSpec state =
        new AttentionSpec.Recurrent(
            "gated delta net", 3L * (6144 + 2 * 16 * 128), 128L * 6144, 100_000_000L);
    return new Shape("qwen3.6-27b", "qwen35", 5120, 248320, false)
        .layers(
            64,
            i -> i % 4 == 3 ? new GroupedQuery(24, 4, 256, 256) : state,
            new FeedForward.Dense(17408, true))
        .build();
  }

  public static Device rtx4090() {
    return device("NVIDIA", DeviceKind.DISCRETE_GPU, OptionalInt.of(24), Optional.of(1008.0));
  }

  /** A device with the arithmetic of an RTX 4090; of a processor none is known. */
  public static Device device(
      String vendor, DeviceKind kind, OptionalInt gibibytes, Optional<Double> gigabytesPerSecond) {
    OptionalDouble none = OptionalDouble.empty();
    return new Device(
        "test-device",
        vendor + " test device",
        vendor,
        kind,
        gibibytes.isPresent()
            ? Optional.of(Bytes.ofGiB(gibibytes.getAsInt()))
            : Optional.<Bytes>empty(),
        gigabytesPerSecond.map(Bandwidth::ofGigabytesPerSecond),
        kind == DeviceKind.CPU_MEMORY
            ? ComputeRates.UNKNOWN
            : new ComputeRates(
                OptionalDouble.of(82.6),
                OptionalDouble.of(82.6),
                OptionalDouble.of(330.3),
                OptionalDouble.of(165.2),
                none,
                none,
                none,
                none),
        kind == DeviceKind.APPLE_SOC || kind == DeviceKind.APU,
        Optional.empty(),
        none);
  }

  private static AttentionSpec fiveToOne(int layer, GroupedQuery heads, int window) {
    return layer % 6 == 5 ? heads : new AttentionSpec.SlidingWindow(heads, window);
  }

  /** Collects layers and the GGUF tensors that go with them. */
  private static final class Shape {
    private final String id;
    private final String architecture;
    private final int embedding;
    private final int vocabulary;
    private final boolean tied;
    private final List<LayerSpec> layers = new ArrayList<>();
    private final List<TensorFacts> tensors = new ArrayList<>();
    private List<String> headNorms = List.of();
    private List<String> layerNorms = List.of();
    private boolean fused;
    private OptionalInt maxContext = OptionalInt.empty();

    Shape(String id, String architecture, int embedding, int vocabulary, boolean tied) {
      this.id = id;
      this.architecture = architecture;
      this.embedding = embedding;
      this.vocabulary = vocabulary;
      this.tied = tied;
      extra("token_embd.weight", TensorRole.TOKEN_EMBEDDING, embedding, vocabulary);
      extra("output_norm.weight", TensorRole.UNQUANTISED, embedding, 1);
      if (!tied) {
        extra("output.weight", TensorRole.OUTPUT, embedding, vocabulary);
      }
    }

    Shape norms(String... names) {
      headNorms = List.of(names);
      return this;
    }

    Shape layerNorms(String... names) {
      layerNorms = List.of(names);
      return this;
    }

    Shape fused() {
      fused = true;
      return this;
    }

    Shape maxContext(int tokens) {
      maxContext = OptionalInt.of(tokens);
      return this;
    }

    Shape extra(String name, TensorRole role, long rowLength, long rows) {
      tensors.add(new TensorFacts(name, role, OptionalInt.empty(), rowLength, rows));
      return this;
    }

    Shape layers(int count, IntFunction<AttentionSpec> attention, FeedForward feedForward) {
      for (int i = 0; i < count; i++) {
        AttentionSpec own = attention.apply(i);
        layers.add(new LayerSpec(own, feedForward, true));
        add(i, "attn_norm", TensorRole.UNQUANTISED, embedding, 1);
        add(i, "ffn_norm", TensorRole.UNQUANTISED, embedding, 1);
        layerNorms.forEach(
            norm -> add(layers.size() - 1, norm, TensorRole.UNQUANTISED, embedding, 1));
        switch (own) {
          case GroupedQuery full -> heads(i, full);
          case AttentionSpec.SlidingWindow sliding -> heads(i, sliding.heads());
          default -> {
            // Tests of these look at the cache, not at the weights.
          }
        }
        feedForward(i, feedForward);
      }
      return this;
    }

    private void heads(int i, GroupedQuery a) {
      long queries = (long) a.heads() * a.keySize();
      long keys = (long) a.kvHeads() * a.keySize();
      if (fused) {
        add(i, "attn_qkv", TensorRole.ATTENTION_QKV, embedding, queries + 2 * keys);
      } else {
        add(i, "attn_q", TensorRole.ATTENTION_Q, embedding, queries);
        add(i, "attn_k", TensorRole.ATTENTION_K, embedding, keys);
        add(i, "attn_v", TensorRole.ATTENTION_V, embedding, (long) a.kvHeads() * a.valueSize());
      }
      add(i, "attn_output", TensorRole.ATTENTION_OUTPUT, queries, embedding);
      headNorms.forEach(norm -> add(i, norm, TensorRole.UNQUANTISED, a.keySize(), 1));
    }

    private void feedForward(int i, FeedForward feedForward) {
      switch (feedForward) {
        case FeedForward.Dense dense -> {
          if (!fused) {
            add(i, "ffn_gate", TensorRole.FFN_GATE, embedding, dense.size());
          }
          add(i, "ffn_up", TensorRole.FFN_UP, embedding, dense.size() * (fused ? 2L : 1L));
          add(i, "ffn_down", TensorRole.FFN_DOWN, dense.size(), embedding);
        }
        case FeedForward.MixtureOfExperts moe -> {
          long width = (long) moe.expertSize() * moe.experts();
          add(i, "ffn_gate_inp", TensorRole.ROUTER, embedding, moe.experts());
          add(i, "ffn_gate_exps", TensorRole.EXPERT_GATE, embedding, width);
          add(i, "ffn_up_exps", TensorRole.EXPERT_UP, embedding, width);
          add(
              i,
              "ffn_down_exps",
              TensorRole.EXPERT_DOWN,
              moe.expertSize(),
              (long) embedding * moe.experts());
        }
        case FeedForward.None none -> {
          // Nothing to store.
        }
      }
    }

    private void add(int layer, String part, TensorRole role, long rowLength, long rows) {
      tensors.add(
          new TensorFacts(
              "blk." + layer + "." + part + ".weight",
              role,
              OptionalInt.of(layer),
              rowLength,
              rows));
    }

    ModelSpec build() {
      return new ModelSpec(
          id, id, architecture, embedding, vocabulary, tied, layers, tensors, maxContext);
    }
  }
}
