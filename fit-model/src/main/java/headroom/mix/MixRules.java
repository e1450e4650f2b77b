package headroom.mix;

import static headroom.quant.QuantFormat.*;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which format llama.cpp's quantiser gives each tensor of a model, one pass in tensor order because
 * its counters run in that order.
 *
 * <p>An importance matrix is assumed for the mixes that cannot be made without one (IQ1, IQ2,
 * IQ3_XXS, Q2_K_S) and for no other; with that the published Llama-3.1-8B sizes come out for all 23
 * mixes. Fused {@code attn_qkv} follows the rule up to March 2026, by which most published files
 * were made (pull request 19770 changed it). Files of other makers' recipes ("UD" and the like)
 * follow none of these rules: read their header.
 */
public final class MixRules {
  /** Permalink of the rules. */
  public static final String SOURCE =
      "https://github.com/ggml-org/llama.cpp/blob/0596704284bffe8350eef4a9510316258ed6b87a/src/llama-quant.cpp";

  private final GgufMix mix;
  private final ModelSpec model;
  private final int layers;
  private final int experts;
  private final int queriesPerKeyHead;
  private final boolean seventyBillion;
  private final boolean falcon;
  private final int attentionVs;
  private int attentionVSeen;
  private int ffnDownSeen;
  private int ffnGateSeen;
  private int ffnUpSeen;

  private MixRules(GgufMix mix, ModelSpec model) {
    this.mix = mix;
    this.model = model;
    this.layers = model.layers().size();
    this.experts = model.mixtureOfExperts().map(FeedForward.MixtureOfExperts::experts).orElse(0);
    this.queriesPerKeyHead = queriesPerKeyHead(model);
    this.seventyBillion = isSeventyBillion(model, queriesPerKeyHead);
    this.falcon = model.architecture().equals("falcon");
    this.attentionVs =
        (int)
            model.tensors().stream().filter(t -> TensorCategory.of(t).countsAsAttentionV()).count();
  }

  /** Tensor name to format for every tensor of a model, in tensor order. */
  public static Map<String, QuantFormat> formats(GgufMix mix, ModelSpec model) {
    MixRules rules = new MixRules(mix, model);
    Map<String, QuantFormat> formats = new LinkedHashMap<>();
    model.tensors().forEach(tensor -> formats.put(tensor.name(), rules.next(tensor)));
    return formats;
  }

  /**
   * The format of one tensor; {@link #formats} is cheaper for more than one.
   *
   * @throws IllegalArgumentException where the model has no tensor of this name
   */
  public static QuantFormat format(GgufMix mix, TensorFacts tensor, ModelSpec model) {
    QuantFormat format = formats(mix, model).get(tensor.name());
    if (format == null) {
      throw new IllegalArgumentException(
          "tensor '%s' is not one of the %d tensors of %s; wanted one of its own"
              .formatted(tensor.name(), model.tensors().size(), model.id()));
    }
    return format;
  }

  /** True where the quantiser may change the tensor; false for norms, biases, routers and kin. */
  public static boolean isQuantised(TensorFacts tensor) {
    return TensorCategory.isQuantised(tensor);
  }

  private QuantFormat next(TensorFacts tensor) {
    if (!TensorCategory.isQuantised(tensor)) {
      return TensorCategory.unquantisedFormat(tensor);
    }
    if (mix.base().weightsPerBlock() == 1) {
      return mix.base();
    }
    return fallback(choose(tensor, TensorCategory.of(tensor)), tensor.rowLength());
  }

  private QuantFormat choose(TensorFacts tensor, TensorCategory category) {
    if (category == TensorCategory.OUTPUT
        || (model.tiedEmbeddings() && category == TensorCategory.TOKEN_EMBEDDING)) {
      return outputFormat(tensor);
    }
    if (mix == GgufMix.MXFP4_MOE) {
      return isExpert(tensor.role()) || isSplitLatent(tensor) ? MXFP4 : Q8_0;
    }
    return switch (category) {
      case TOKEN_EMBEDDING -> embeddingFormat();
      case ATTENTION_V -> isTiny() ? tinyAttentionV() : bumped(attentionVFormat(attentionVSeen++));
      case ATTENTION_QKV -> fusedFormat();
      case ATTENTION_K -> attentionKFormat();
      case ATTENTION_Q -> attentionQFormat();
      case ATTENTION_OUTPUT -> attentionOutputFormat();
      case FFN_DOWN -> ffnDownFormat(layerOf(tensor, ffnDownSeen), ffnDownSeen++);
      case FFN_GATE -> middleLayersFormat(layerOf(tensor, ffnGateSeen++));
      case FFN_UP -> middleLayersFormat(layerOf(tensor, ffnUpSeen++));
      case ATTENTION_KV_B, OUTPUT, OTHER -> mix.base();
    };
  }

  private QuantFormat outputFormat(TensorFacts tensor) {
    if (mix == GgufMix.MXFP4_MOE || falcon || !mix.base().fitsRow(tensor.rowLength())) {
      return Q8_0;
    }
    if (isTiny() || mix == GgufMix.IQ3_XXS) {
      return Q5_K;
    }
    return mix.base() == Q8_0 ? Q8_0 : Q6_K;
  }

  private QuantFormat embeddingFormat() {
    return switch (mix) {
      case IQ2_XXS, IQ2_XS, IQ1_S, IQ1_M -> Q2_K;
      case IQ2_S, IQ2_M, IQ3_XXS -> IQ3_S;
      case TQ1_0, TQ2_0 -> Q4_K;
      default -> mix.base();
    };
  }

  private QuantFormat tinyAttentionV() {
    return queriesPerKeyHead >= 4 || experts >= 4 ? Q4_K : isIq2SOrM() ? IQ3_S : Q2_K;
  }

  private QuantFormat attentionVFormat(int index) {
    boolean grouped = queriesPerKeyHead >= 4;
    return switch (mix) {
      case Q2_K -> grouped ? Q4_K : Q3_K;
      case Q2_K_S -> grouped ? Q4_K : Q2_K;
      case IQ3_XXS -> grouped ? Q4_K : IQ3_XXS;
      case IQ3_XS, IQ3_S -> grouped ? Q4_K : IQ3_S;
      case IQ3_M -> Q4_K;
      case Q3_K_M -> index < 2 ? Q5_K : Q4_K;
      case Q3_K_L -> Q5_K;
      case IQ4_NL, IQ4_XS -> grouped ? Q5_K : mix.base();
      case Q4_K_M, Q5_K_M -> moreBits(index, attentionVs) ? Q6_K : mix.base();
      case Q4_K_S -> index < 4 ? Q5_K : Q4_K;
      default -> mix.base();
    };
  }

  /** Models of the 70B shape and of 8 experts spend more on this small tensor. */
  private QuantFormat bumped(QuantFormat format) {
    if (experts == 8) {
      return Q8_0;
    }
    return seventyBillion && (format == Q3_K || format == Q4_K) ? Q5_K : format;
  }

  private QuantFormat attentionKFormat() {
    if (experts == 8) {
      return isTiny() ? Q4_K : Q8_0;
    }
    return attentionQFormat();
  }

  private QuantFormat attentionQFormat() {
    return switch (mix) {
      case IQ3_XS -> IQ3_XXS;
      case IQ3_XXS -> IQ2_S;
      default -> mix.base();
    };
  }

  private QuantFormat ffnDownFormat(int layer, int seen) {
    boolean firstEighth = layer < layers / 8;
    if (isTiny()) {
      return seen < layers / 8 ? (isIq2SOrM() ? IQ3_S : Q2_K) : mix.base();
    }
    return switch (mix) {
      case Q2_K -> Q3_K;
      case Q2_K_S -> firstEighth ? Q4_K : Q2_K;
      case Q3_K_M -> layer < layers / 16 ? Q5_K : !falcon || moreBits(layer, layers) ? Q4_K : Q3_K;
      case IQ3_M -> firstEighth || (experts == 8 && moreBits(layer, layers)) ? Q4_K : IQ3_S;
      case Q3_K_L -> falcon ? Q4_K : Q5_K;
      case Q4_K_M -> {
        if (falcon) {
          yield layer < layers / 16 ? Q6_K : moreBits(layer, layers) ? Q5_K : Q4_K;
        }
        yield moreBits(layer, layers) ? Q6_K : Q4_K;
      }
      case IQ4_NL, IQ4_XS -> firstEighth ? Q5_K : mix.base();
      case Q5_K_M -> moreBits(layer, layers) ? Q6_K : Q5_K;
      case Q4_K_S -> firstEighth && !falcon ? Q5_K : Q4_K;
      default -> mix.base();
    };
  }

  private QuantFormat fusedFormat() {
    return switch (mix) {
      case Q3_K_M, Q3_K_L, IQ3_M -> Q4_K;
      case Q4_K_M -> Q5_K;
      case Q5_K_M -> Q6_K;
      default -> mix.base();
    };
  }

  private QuantFormat attentionOutputFormat() {
    if (falcon && !isTiny()) {
      return mix == GgufMix.Q3_K_L ? Q4_K : mix.base();
    }
    if (experts == 8) {
      return switch (mix) {
        case Q5_0, Q5_1, Q5_K_S, Q5_K_M, Q6_K, Q8_0, Q4_0, Q4_1, Q2_K_S, Q3_K_L, TQ1_0, TQ2_0 ->
            mix.base();
        default -> Q5_K;
      };
    }
    return switch (mix) {
      case Q2_K -> Q3_K;
      case IQ3_XXS, IQ2_S, IQ2_M -> IQ3_S;
      case Q3_K_M, IQ3_M -> Q4_K;
      case Q3_K_L -> Q5_K;
      case IQ1_S, IQ1_M -> IQ2_XXS;
      default -> mix.base();
    };
  }

  private QuantFormat middleLayersFormat(int layer) {
    boolean middle = layer >= layers / 8 && layer < 7 * layers / 8;
    return mix == GgufMix.IQ3_XS && middle ? IQ3_XXS : mix.base();
  }

  /** A type of smaller blocks where rows are not a multiple of the block. */
  public static QuantFormat fallback(QuantFormat format, long rowLength) {
    if (format.fitsRow(rowLength)) {
      return format;
    }
    QuantFormat smaller =
        switch (format) {
          case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> IQ4_NL;
          case Q2_K, Q3_K, TQ1_0, TQ2_0 -> Q4_0;
          case Q4_K -> Q5_0;
          case Q5_K -> Q5_1;
          case Q6_K -> Q8_0;
          default -> F16;
        };
    return smaller.fitsRow(rowLength) ? smaller : F16;
  }

  /** {@code use_more_bits}: the first and last eighth and every third layer between. */
  private static boolean moreBits(int index, int count) {
    return index < count / 8 || index >= 7 * count / 8 || (index - count / 8) % 3 == 2;
  }

  /** The 1-bit and 2-bit IQ mixes, which have rules of their own. */
  private boolean isTiny() {
    return switch (mix) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M -> true;
      default -> false;
    };
  }

  private boolean isIq2SOrM() {
    return mix == GgufMix.IQ2_S || mix == GgufMix.IQ2_M;
  }

  /** The layer in the name for mixtures of experts, a running count for others. */
  private int layerOf(TensorFacts tensor, int seen) {
    return experts > 1 ? tensor.layer().orElse(seen) : seen;
  }

  private static boolean isExpert(TensorRole role) {
    return role == TensorRole.EXPERT_GATE
        || role == TensorRole.EXPERT_UP
        || role == TensorRole.EXPERT_DOWN;
  }

  /** Of three dimensions like stacked experts, which the rule for MXFP4 goes by. */
  private static boolean isSplitLatent(TensorFacts tensor) {
    return tensor.name().endsWith(".attn_k_b.weight") || tensor.name().endsWith(".attn_v_b.weight");
  }

  /** Query heads per key-value head; converted latent attention has one key-value head. */
  private static int queriesPerKeyHead(ModelSpec model) {
    for (LayerSpec layer : model.layers()) {
      Optional<Integer> ratio =
          switch (layer.attention()) {
            case AttentionSpec.GroupedQuery a -> ratio(a);
            case AttentionSpec.SlidingWindow a -> ratio(a.heads());
            case AttentionSpec.LatentAttention a -> Optional.of(a.heads());
            case AttentionSpec.Recurrent a -> Optional.empty();
            case AttentionSpec.None a -> Optional.empty();
          };
      if (ratio.isPresent()) {
        return ratio.get();
      }
    }
    return 0;
  }

  private static Optional<Integer> ratio(AttentionSpec.GroupedQuery attention) {
    return attention.kvHeads() == 0
        ? Optional.empty()
        : Optional.of(attention.heads() / attention.kvHeads());
  }

  /** What llama.cpp calls {@code LLM_TYPE_70B}: by layer count and architecture. */
  private static boolean isSeventyBillion(ModelSpec model, int queriesPerKeyHead) {
    int layers = model.layers().size();
    return switch (model.architecture()) {
      case "llama" -> layers == 80 && queriesPerKeyHead > 1;
      case "qwen2", "deci", "olmo" -> layers == 80;
      case "jais2" -> layers == 68;
      default -> false;
    };
  }
}
