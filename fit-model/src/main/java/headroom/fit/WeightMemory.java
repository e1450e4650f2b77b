package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.StoredWeights.StoredTensor;
import headroom.fit.Techniques.ExtraWeights;
import headroom.model.TensorRole;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Where the weights lie: everything on the device but the tables that are only looked up. */
final class WeightMemory {
  /** The input layer always goes to the CPU; tied models load their matrix a second time. */
  private static final String INPUT_ON_HOST =
      "https://github.com/ggml-org/llama.cpp/blob/1dab5f5a443a7b972005c56fb92eca2b07d57fea/src/llama-model.cpp#L2649";

  private WeightMemory() {}

  static List<MemoryLine> lines(FitQuestion question, StoredWeights weights) {
    List<StoredTensor> onDevice =
        weights.tensors().stream().filter(tensor -> isOnDevice(question, tensor)).toList();
    List<MemoryLine> lines = new ArrayList<>();
    lines.add(line("weights", Place.DEVICE, onDevice, weights.source()));
    question.techniques().extraWeights().forEach(extra -> lines.add(line(extra)));
    if (!isSplit(question)) {
      return lines;
    }
    addHost(lines, weights, TensorRole.TOKEN_EMBEDDING, hostName(question));
    addHost(lines, weights, TensorRole.PER_LAYER_EMBEDDING, "per-layer embeddings");
    return lines;
  }

  /** True where the tensor lies in device memory, be it also on the host. */
  static boolean isOnDevice(FitQuestion question, StoredTensor tensor) {
    if (!isSplit(question)) {
      return true;
    }
    return switch (tensor.facts().role()) {
      case TOKEN_EMBEDDING -> question.model().tiedEmbeddings();
      case PER_LAYER_EMBEDDING -> false;
      default -> true;
    };
  }

  /** llama.cpp keeps tables on the host; a CPU has one memory, other engines load all of it. */
  private static boolean isSplit(FitQuestion question) {
    return question.device().kind() != DeviceKind.CPU_MEMORY
        && EngineMemory.of(question.engine()).keepsTablesOnHost(question.weights());
  }

  private static String hostName(FitQuestion question) {
    return question.model().tiedEmbeddings() ? "token embedding, a second time" : "token embedding";
  }

  private static void addHost(
      List<MemoryLine> lines, StoredWeights weights, TensorRole role, String what) {
    List<StoredTensor> tensors =
        weights.tensors().stream().filter(tensor -> tensor.facts().role() == role).toList();
    if (!tensors.isEmpty()) {
      lines.add(line(what, Place.HOST, tensors, INPUT_ON_HOST));
    }
  }

  private static MemoryLine line(ExtraWeights extra) {
    return new MemoryLine(
        extra.what(),
        Quantity.WEIGHTS,
        Place.DEVICE,
        Bytes.of((long) Math.ceil(extra.parameters() * extra.bitsPerWeight() / 8)),
        () ->
            String.format(
                Locale.ROOT,
                "%s = %,d × %s B",
                extra.formula(),
                extra.parameters(),
                number(extra.bitsPerWeight() / 8)),
        extra.source());
  }

  private static MemoryLine line(
      String what, Place place, List<StoredTensor> tensors, String source) {
    Bytes bytes = tensors.stream().map(StoredTensor::bytes).reduce(Bytes.ZERO, Bytes::plus);
    return new MemoryLine(what, Quantity.WEIGHTS, place, bytes, () -> formula(tensors), source);
  }

  /** {@code Q4_K 5,939,134,464 / 256 × 144 B + F32 266,240 × 4 B}. */
  private static String formula(List<StoredTensor> tensors) {
    Map<String, StoredTensor> formats = new LinkedHashMap<>();
    Map<String, Long> elements = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors) {
      formats.putIfAbsent(tensor.format(), tensor);
      elements.merge(tensor.format(), tensor.facts().elements(), Long::sum);
    }
    List<String> terms = new ArrayList<>();
    elements.forEach(
        (name, count) -> {
          StoredTensor one = Objects.requireNonNull(formats.get(name));
          String blocks = one.blockWeights() == 1 ? "" : " / " + one.blockWeights();
          terms.add(
              String.format(
                  Locale.ROOT, "%s %,d%s × %s B", name, count, blocks, number(one.blockBytes())));
        });
    return String.join(" + ", terms);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
