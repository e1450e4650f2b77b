package headroom.agent.cli;

import headroom.agent.json.RunJson;
import headroom.inference.quantize.QuantizedTensor;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of a model file.
 *
 * @param in read
 * @param out written
 * @param mix its format
 * @param bytes of the new file
 * @param tensors what each became
 * @param seconds it took
 */
record QuantizeReport(
    Path in, Path out, GgufMix mix, Bytes bytes, List<QuantizedTensor> tensors, double seconds) {
  private record Change(QuantFormat source, QuantFormat target) {}

  /** A row for each change of format, the whole below. */
  String text() {
    TextTable table = TextTable.of("from", "to", ">tensors", ">size", ">rms error");
    Map<Change, List<QuantizedTensor>> changes =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    tensor -> new Change(tensor.source(), tensor.target()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    changes.forEach(
        (change, changed) ->
            table.row(
                change.source().name(),
                change.target().name(),
                "" + changed.size(),
                Bytes.of(changed.stream().mapToLong(t -> t.bytes().value()).sum()).toString(),
                change.source() == change.target() ? "as it was" : percent(error(changed))));
    return "%s%n%nwrote %s: %s as %s, %s, %.2f bits per weight, in %.1f s"
        .formatted(table, out, in.getFileName(), mix, bytes, bitsPerWeight(), seconds);
  }

  ObjectNode json() {
    ObjectNode tree = RunJson.mapper().createObjectNode();
    tree.put("in", in.toString())
        .put("out", out.toString())
        .put("format", mix.name())
        .put("bytes", bytes.value())
        .put("bitsPerWeight", bitsPerWeight())
        .put("relativeError", error(tensors))
        .put("seconds", seconds);
    ArrayNode rows = tree.putArray("tensors");
    for (QuantizedTensor tensor : tensors) {
      rows.addObject()
          .put("name", tensor.name())
          .put("from", tensor.source().name())
          .put("to", tensor.target().name())
          .put("bytes", tensor.bytes().value())
          .put("relativeError", tensor.relativeError());
    }
    return tree;
  }

  private double bitsPerWeight() {
    long stored = tensors.stream().mapToLong(tensor -> tensor.bytes().value()).sum();
    return 8.0 * stored / tensors.stream().mapToLong(QuantizedTensor::elements).sum();
  }

  /** Root mean square error as a share of the weights', over the tensors that were encoded. */
  private static double error(List<QuantizedTensor> tensors) {
    double weights = tensors.stream().mapToDouble(QuantizedTensor::squaredWeights).sum();
    double errors = tensors.stream().mapToDouble(QuantizedTensor::squaredError).sum();
    return weights > 0 ? Math.sqrt(errors / weights) : 0;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100 * share);
  }
}
