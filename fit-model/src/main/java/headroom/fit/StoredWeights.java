package headroom.fit;

import headroom.mix.MixRules;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.AsStored;
import headroom.quant.FlatFormat;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every weight tensor of a model with the bytes it takes in one weight format.
 *
 * @param tensors in the model's order
 * @param source where the choice of formats comes from
 */
public record StoredWeights(List<StoredTensor> tensors, String source) {

  /**
   * One tensor as stored.
   *
   * @param facts the tensor
   * @param format name of its storage, for example {@code Q4_K}
   * @param blockWeights weights that share one block; 1 where there are none
   * @param blockBytes bytes of one block; a fraction for flat schemes
   * @param bytes the tensor's bytes
   */
  public record StoredTensor(
      TensorFacts facts, String format, int blockWeights, double blockBytes, Bytes bytes) {}

  private static final int BITS_OF_REST = 16;

  public StoredWeights {
    tensors = List.copyOf(tensors);
  }

  /** Layouts by model and format while the model is in use; the same few are asked for again. */
  private static final Map<ModelSpec, Map<WeightFormat, StoredWeights>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * Lays out a model in a format.
   *
   * @throws IllegalArgumentException where a file's header lacks a tensor of the model
   */
  public static StoredWeights of(ModelSpec model, WeightFormat format) {
    return KNOWN
        .computeIfAbsent(model, key -> new ConcurrentHashMap<>())
        .computeIfAbsent(format, key -> layOut(model, key));
  }

  private static StoredWeights layOut(ModelSpec model, WeightFormat format) {
    return switch (format) {
      case GgufMix mix -> byTensor(model, MixRules.formats(mix, model), MixRules.SOURCE);
      case AsStored stored -> {
        requireAll(model, stored);
        yield byTensor(model, stored.formats(), "the file's own header");
      }
      case FlatFormat flat ->
          new StoredWeights(
              model.tensors().stream().map(tensor -> flat(tensor, flat, model)).toList(),
              flat.source());
    };
  }

  /** Bytes of all tensors. */
  public Bytes total() {
    long total = 0;
    for (StoredTensor tensor : tensors) {
      total += tensor.bytes().value();
    }
    return Bytes.of(total);
  }

  /** Bytes of the tensors of one role. */
  public Bytes bytesOf(TensorRole role) {
    return tensors.stream()
        .filter(tensor -> tensor.facts().role() == role)
        .map(StoredTensor::bytes)
        .reduce(Bytes.ZERO, Bytes::plus);
  }

  private static StoredWeights byTensor(
      ModelSpec model, Map<String, QuantFormat> formats, String source) {
    return new StoredWeights(
        model.tensors().stream()
            .map(
                tensor -> {
                  QuantFormat format = formats.getOrDefault(tensor.name(), QuantFormat.F32);
                  return new StoredTensor(
                      tensor,
                      format.name(),
                      format.weightsPerBlock(),
                      format.bytesPerBlock(),
                      format.bytesFor(tensor.rowLength()).times(tensor.rows()));
                })
            .toList(),
        source);
  }

  private static void requireAll(ModelSpec model, AsStored stored) {
    for (TensorFacts tensor : model.tensors()) {
      if (!stored.formats().containsKey(tensor.name())) {
        throw new IllegalArgumentException(
            ("tensor '%s' of %s is not in the file's header (%d tensors); wanted every tensor of the"
                    + " model: check that the file and the model belong together")
                .formatted(tensor.name(), model.id(), stored.formats().size()));
      }
    }
  }

  private static StoredTensor flat(TensorFacts tensor, FlatFormat format, ModelSpec model) {
    double bits = tensor.rows() > 1 ? bits(tensor, format.coverage(), format, model) : BITS_OF_REST;
    return new StoredTensor(
        tensor,
        bits == format.bitsPerWeight() ? format.id() : "%s bit".formatted(number(bits)),
        1,
        bits / 8,
        Bytes.of((long) Math.ceil(tensor.elements() * bits / 8)));
  }

  private static double bits(
      TensorFacts tensor, FlatFormat.Coverage coverage, FlatFormat format, ModelSpec model) {
    return switch (tensor.role()) {
      case OUTPUT -> coverage.outputBits();
      case TOKEN_EMBEDDING, PER_LAYER_EMBEDDING -> coverage.embeddingBits();
      case UNQUANTISED, ROUTER -> BITS_OF_REST;
      case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN ->
          isAtEdge(tensor, coverage, model) ? BITS_OF_REST : format.bitsPerWeight();
      case FFN_GATE, FFN_UP, FFN_DOWN, SHARED_EXPERT_GATE, SHARED_EXPERT_UP, SHARED_EXPERT_DOWN -> {
        if (isAtEdge(tensor, coverage, model)) {
          yield BITS_OF_REST;
        }
        boolean left =
            coverage.linear() == FlatFormat.Linear.EXPERTS && model.mixtureOfExperts().isPresent();
        yield left ? coverage.restBits() : format.bitsPerWeight();
      }
      default -> {
        if (isGateOfStates(tensor) && coverage.linear() != FlatFormat.Linear.ALL) {
          yield BITS_OF_REST;
        }
        boolean mixes = isInRecurrentMixer(tensor, model);
        boolean quantised =
            switch (coverage.linear()) {
              case ALL -> true;
              case NOT_RECURRENT -> !mixes;
              case NOT_INTO_RECURRENT -> !mixes || leadsOut(tensor);
              case EXPERTS -> model.mixtureOfExperts().isEmpty();
              case FEED_FORWARD -> false;
            };
        yield quantised ? format.bitsPerWeight() : coverage.restBits();
      }
    };
  }

  private static boolean isAtEdge(
      TensorFacts tensor, FlatFormat.Coverage coverage, ModelSpec model) {
    int layer = tensor.layer().orElse(coverage.edgeLayers());
    return layer < coverage.edgeLayers() || layer >= model.layers().size() - coverage.edgeLayers();
  }

  /** {@code attn_qkv} and {@code attn_gate} too, which such layers share with attention by name. */
  private static boolean isInRecurrentMixer(TensorFacts tensor, ModelSpec model) {
    if (tensor.layer().isEmpty() || tensor.layer().getAsInt() >= model.layers().size()) {
      return tensor.role() == TensorRole.RECURRENT;
    }
    LayerSpec layer = model.layers().get(tensor.layer().getAsInt());
    return layer.attention() instanceof AttentionSpec.Recurrent
        || layer.beside().isPresent() && tensor.role() == TensorRole.RECURRENT;
  }

  private static boolean leadsOut(TensorFacts tensor) {
    return tensor.name().contains("ssm_out")
        || tensor.name().contains("out_proj")
        || tensor.name().contains("time_mix_output");
  }

  /** {@code in_proj_a} and {@code in_proj_b} of gated delta nets: a row for each head. */
  private static boolean isGateOfStates(TensorFacts tensor) {
    return tensor.name().contains("ssm_alpha")
        || tensor.name().contains("ssm_beta")
        || tensor.name().contains("ssm_ba.");
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
