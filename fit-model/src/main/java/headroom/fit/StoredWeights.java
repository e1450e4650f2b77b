package headroom.fit;

import headroom.mix.MixRules;
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
              model.tensors().stream()
                  .map(tensor -> flat(tensor, flat, model.mixtureOfExperts().isPresent()))
                  .toList(),
              flat.source());
    };
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

  private static StoredTensor flat(TensorFacts tensor, FlatFormat format, boolean experts) {
    double bits = tensor.rows() > 1 ? bits(tensor.role(), format, experts) : BITS_OF_REST;
    return new StoredTensor(
        tensor,
        bits == format.bitsPerWeight() ? format.id() : "%s bit".formatted(number(bits)),
        1,
        bits / 8,
        Bytes.of((long) Math.ceil(tensor.elements() * bits / 8)));
  }

  private static double bits(TensorRole role, FlatFormat format, boolean experts) {
    FlatFormat.Linear linear = format.coverage().linear();
    boolean quantised =
        switch (role) {
          case UNQUANTISED, ROUTER, TOKEN_EMBEDDING, PER_LAYER_EMBEDDING, OUTPUT -> false;
          case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN -> true;
          case RECURRENT -> linear == FlatFormat.Linear.ALL;
          case FFN_GATE,
              FFN_UP,
              FFN_DOWN,
              SHARED_EXPERT_GATE,
              SHARED_EXPERT_UP,
              SHARED_EXPERT_DOWN ->
              linear != FlatFormat.Linear.EXPERTS || !experts;
          default ->
              switch (linear) {
                case ALL, NOT_RECURRENT -> true;
                case EXPERTS -> !experts;
                case FEED_FORWARD -> false;
              };
        };
    return switch (role) {
      case OUTPUT -> format.coverage().outputBits();
      case TOKEN_EMBEDDING, PER_LAYER_EMBEDDING -> format.coverage().embeddingBits();
      default -> quantised ? format.bitsPerWeight() : BITS_OF_REST;
    };
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
