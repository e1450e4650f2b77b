package headroom.inference.quantize;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufValue;
import headroom.gguf.GgufWriter;
import headroom.gguf.TensorInfo;
import headroom.gguf.TensorPlan;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.Tensor;
import headroom.inference.tensor.WeightFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes a file again by a plan. The input is mapped and the output streamed, a few rows at a time,
 * so that memory does not grow with the model; rows are shared out among threads.
 */
public final class Quantizer {
  /** {@code GGML_QNT_VERSION} of ggml.h. */
  private static final int QUANTIZATION_VERSION = 2;

  /** Bytes of encoded rows between two writes, at least one row. */
  private static final long CHUNK = 8L << 20;

  private Quantizer() {}

  /**
   * Writes {@code out}, which appears when it is complete and replaces what was there.
   *
   * @param in a mapped model
   * @param plan of this model
   * @param threads share the rows
   * @param progress hears each tensor when it is written
   * @return what each tensor became, in file order
   * @throws QuantizationException where a row holds numbers that its format cannot
   * @throws headroom.inference.ModelFormatException where the input is cut off
   */
  public static List<QuantizedTensor> write(
      WeightFile in,
      QuantizationPlan plan,
      Path out,
      Threads threads,
      Consumer<QuantizedTensor> progress)
      throws IOException {
    List<TensorPlan> plans = plan.steps().stream().map(QuantizationPlan.Step::plan).toList();
    // Every tensor is looked up before anything is written: a file that is cut off is found here.
    List<Tensor> sources = plan.steps().stream().map(step -> find(in, step.tensor())).toList();
    List<QuantizedTensor> done = new ArrayList<>();
    try (GgufWriter writer = GgufWriter.open(out, metadata(in.header(), plan), plans)) {
      for (int i = 0; i < sources.size(); i++) {
        QuantizedTensor tensor =
            plan.steps().get(i).isCopy()
                ? copy(sources.get(i), writer)
                : encode(in.header().source(), sources.get(i), plans.get(i), writer, threads);
        done.add(tensor);
        progress.accept(tensor);
      }
      writer.finish();
    }
    return done;
  }

  private static Tensor find(WeightFile in, TensorInfo tensor) {
    return in.tensor(tensor.name(), tensor.shape().stream().mapToLong(Long::longValue).toArray());
  }

  private static QuantizedTensor copy(Tensor tensor, GgufWriter writer) throws IOException {
    writer.append(tensor.name(), tensor.data());
    return new QuantizedTensor(
        tensor.name(),
        tensor.format(),
        tensor.format(),
        headroom.units.Bytes.of(tensor.data().byteSize()),
        (long) tensor.rows() * tensor.columns(),
        0,
        0);
  }

  private static QuantizedTensor encode(
      String source, Tensor tensor, TensorPlan plan, GgufWriter writer, Threads threads)
      throws IOException {
    RowEncoder encoder = new RowEncoder(source, tensor, plan.format());
    int chunk = (int) Math.clamp(CHUNK / encoder.rowBytes(), 1, tensor.rows());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment buffer = arena.allocate(chunk * encoder.rowBytes(), 64); // one cache line
      for (int first = 0; first < tensor.rows(); first += chunk) {
        int count = Math.min(chunk, tensor.rows() - first);
        encoder.encode(first, count, buffer, threads);
        writer.append(tensor.name(), buffer.asSlice(0, count * encoder.rowBytes()));
      }
    }
    return new QuantizedTensor(
        tensor.name(),
        tensor.format(),
        plan.format(),
        plan.bytes(),
        (long) tensor.rows() * tensor.columns(),
        encoder.squaredError(),
        encoder.squaredWeights());
  }

  /** The keys of the input, but for what is no longer so. */
  private static Map<String, GgufValue> metadata(GgufHeader header, QuantizationPlan plan) {
    Map<String, GgufValue> keys = new LinkedHashMap<>(header.metadata().typed());
    keys.keySet().removeIf(key -> key.startsWith("split."));
    keys.put("general.file_type", GgufValue.u32(plan.mix().ftype()));
    keys.put("general.quantization_version", GgufValue.u32(QUANTIZATION_VERSION));
    return keys;
  }
}
