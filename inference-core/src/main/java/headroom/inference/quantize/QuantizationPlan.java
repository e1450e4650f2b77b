package headroom.inference.quantize;

import headroom.gguf.GgufHeader;
import headroom.gguf.TensorInfo;
import headroom.gguf.TensorPlan;
import headroom.inference.codec.Codecs;
import headroom.mix.MixRules;
import headroom.model.HeaderModel;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of each tensor of a file.
 *
 * @param mix whose {@code general.file_type} the new file carries
 * @param steps in file order
 */
public record QuantizationPlan(GgufMix mix, List<Step> steps) {

  /**
   * One tensor.
   *
   * @param tensor as it is in the file
   * @param target how it will be stored; the same format as before where it is left alone
   */
  public record Step(TensorInfo tensor, QuantFormat target) {
    /** True where its bytes are copied. */
    public boolean isCopy() {
      return tensor.format() == target;
    }

    TensorPlan plan() {
      return new TensorPlan(tensor.name(), tensor.shape(), target);
    }
  }

  public QuantizationPlan {
    steps = List.copyOf(steps);
  }

  /**
   * Chooses a format for each tensor: norms, biases and routers stay as they are, matrices follow
   * the mix, and rows that its blocks do not divide fall back as llama.cpp's quantiser has them.
   *
   * @param pure true to store every matrix in the base format of the mix
   * @throws QuantizationException where a format cannot be written here, or a tensor not read
   * @throws headroom.gguf.GgufFormatException where the header describes no whole language model
   */
  public static QuantizationPlan of(GgufHeader header, GgufMix mix, boolean pure) {
    ModelSpec model = HeaderModel.of(header);
    Map<String, QuantFormat> targets = new HashMap<>(MixRules.formats(mix, model));
    Set<String> matrices = new HashSet<>();
    for (TensorFacts tensor : model.tensors()) {
      if (MixRules.isQuantised(tensor)) {
        matrices.add(tensor.name());
        if (pure) {
          targets.put(tensor.name(), MixRules.fallback(mix.base(), tensor.rowLength()));
        }
      }
    }
    List<Step> steps = new ArrayList<>();
    for (TensorInfo tensor : header.tensors()) {
      QuantFormat target =
          matrices.contains(tensor.name())
              ? targets.getOrDefault(tensor.name(), tensor.format())
              : tensor.format();
      steps.add(step(header.source(), tensor, target, mix));
    }
    return new QuantizationPlan(mix, steps);
  }

  private static Step step(String source, TensorInfo tensor, QuantFormat target, GgufMix mix) {
    Step step = new Step(tensor, target);
    if (!step.isCopy() && !Codecs.encodable().contains(target)) {
      throw new QuantizationException(
          source,
          "%s stores '%s' as %s, which this build cannot write; wanted one of %s"
              .formatted(mix, tensor.name(), target, names(writableMixes())));
    }
    if (!step.isCopy() && Codecs.of(tensor.format()).isEmpty()) {
      throw new QuantizationException(
          source,
          "tensor '%s': found format %s, which this build cannot read; wanted one of %s"
              .formatted(tensor.name(), tensor.format(), Codecs.decodable()));
    }
    return step;
  }

  /** Mixes whose base format can be written. */
  public static List<GgufMix> writableMixes() {
    return Arrays.stream(GgufMix.values())
        .filter(mix -> Codecs.encodable().contains(mix.base()))
        .toList();
  }

  /** Tensors that are quantised already and will be quantised again. */
  public List<Step> quantisedTwice() {
    return steps.stream()
        .filter(step -> !step.isCopy() && step.tensor().format().weightsPerBlock() > 1)
        .toList();
  }

  /** Bytes of all tensors in the new file. */
  public Bytes bytes() {
    return Bytes.of(steps.stream().mapToLong(step -> step.plan().bytes().value()).sum());
  }

  private static String names(List<GgufMix> mixes) {
    return mixes.stream().map(GgufMix::name).collect(Collectors.joining(", "));
  }
}
