package headroom.fit;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The program that runs the model; each lays out memory by rules of its own. */
public sealed interface Engine {
  /** Name for command lines and URLs, for example {@code llama.cpp}. */
  String id();

  /**
   * llama.cpp.
   *
   * @param fullWindowCache true where sliding-window layers keep the whole context ({@code
   *     --swa-full}, and every build before May 2025)
   * @param unifiedCache true where all sequences share one stream of cells ({@code --kv-unified})
   * @param build how old it is
   */
  record LlamaCpp(boolean fullWindowCache, boolean unifiedCache, LlamaCppBuild build)
      implements Engine {
    /** A build of today. */
    public LlamaCpp(boolean fullWindowCache, boolean unifiedCache) {
      this(fullWindowCache, unifiedCache, LlamaCppBuild.LOGITS_OF_SEQUENCES);
    }

    @Override
    public String id() {
      return "llama.cpp";
    }
  }

  /**
   * ik_llama.cpp, a fork of llama.cpp.
   *
   * @param latentMode its {@code -mla}: 0 keeps full heads, 1 the latent and its transposed copy, 2
   *     and 3 the latent alone
   * @param attentionBatchMiB its {@code -amb}, limit on the scratch memory of attention in MiB
   */
  record IkLlamaCpp(int latentMode, OptionalInt attentionBatchMiB) implements Engine {
    public IkLlamaCpp {
      if (latentMode < 0 || latentMode > 3) {
        throw new IllegalArgumentException("-mla is " + latentMode + "; wanted 0 to 3");
      }
    }

    @Override
    public String id() {
      return "ik_llama.cpp";
    }
  }

  /**
   * vLLM.
   *
   * @param utilisation share of the card it may take ({@code --gpu-memory-utilization})
   * @param batchedTokens tokens of one step ({@code --max-num-batched-tokens})
   */
  record Vllm(double utilisation, int batchedTokens) implements Engine {
    public Vllm {
      if (!(utilisation > 0) || utilisation > 1) {
        throw new IllegalArgumentException(
            "GPU memory utilisation is " + utilisation + "; wanted above 0, at most 1");
      }
      if (batchedTokens < 1) {
        throw new IllegalArgumentException(
            "batched tokens are " + batchedTokens + "; wanted at least 1");
      }
    }

    @Override
    public String id() {
      return "vllm";
    }
  }

  /**
   * ExLlamaV2 and V3.
   *
   * @param version 2 or 3
   */
  record ExLlama(int version) implements Engine {
    public ExLlama {
      if (version != 2 && version != 3) {
        throw new IllegalArgumentException("ExLlama version is " + version + "; wanted 2 or 3");
      }
    }

    @Override
    public String id() {
      return "exl" + version;
    }
  }

  /** MLX on Apple silicon. */
  record Mlx() implements Engine {
    @Override
    public String id() {
      return "mlx";
    }
  }

  /** Headroom's own engine, which the bench agent runs. */
  record Embedded() implements Engine {
    @Override
    public String id() {
      return "headroom";
    }
  }

  /** llama.cpp as it is built today and started without options. */
  Engine LLAMA_CPP = new LlamaCpp(false, true);

  /**
   * Every engine with its own defaults: ik_llama.cpp's {@code -mla 3}; vLLM's utilisation 0.9 and
   * 2048 batched tokens (https://docs.vllm.ai/en/latest/cli/serve/).
   */
  List<Engine> ALL =
      List.of(
          LLAMA_CPP,
          new IkLlamaCpp(3, OptionalInt.empty()),
          new Vllm(0.9, 2048),
          new ExLlama(2),
          new ExLlama(3),
          new Mlx(),
          new Embedded());

  /** The engine of this name with its defaults. */
  static Optional<Engine> named(String id) {
    return ALL.stream().filter(engine -> engine.id().equalsIgnoreCase(id)).findFirst();
  }

  /** How it shares a model between several devices unless told otherwise. */
  default Placement.Split usualSplit() {
    return this instanceof Vllm ? Placement.Split.TENSOR : Placement.Split.LAYER;
  }
}
