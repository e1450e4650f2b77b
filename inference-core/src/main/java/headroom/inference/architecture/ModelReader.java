package headroom.inference.architecture;

import headroom.gguf.GgufMetadata;
import headroom.inference.ModelFormatException;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Linear;
import headroom.inference.tensor.Tensor;
import headroom.inference.tensor.WeightFile;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.Projection;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What architectures ask of a file: keys under their own prefix, and tensors bound to kernels. */
final class ModelReader {
  private final WeightFile file;
  private final Kernels kernels;
  private final String prefix;

  ModelReader(WeightFile file, Kernels kernels, String architecture) {
    this.file = file;
    this.kernels = kernels;
    this.prefix = architecture + ".";
  }

  private GgufMetadata metadata() {
    return file.header().metadata();
  }

  /** The whole number under this key, which must be there and at least 1. */
  int count(String key) {
    return findCount(key)
        .orElseThrow(() -> fault("key '%s%s' is missing; wanted a whole number", prefix, key));
  }

  Optional<Integer> findCount(String key) {
    var found = metadata().findLong(prefix + key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    long value = found.getAsLong();
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw fault(
          "key '%s%s' is %d; wanted a whole number from 1 to 2147483647", prefix, key, value);
    }
    return Optional.of((int) value);
  }

  Optional<Float> findNumber(String key) {
    var found = metadata().findDouble(prefix + key);
    return found.isPresent() ? Optional.of((float) found.getAsDouble()) : Optional.empty();
  }

  Optional<String> findText(String key) {
    return metadata().findString(prefix + key);
  }

  ModelFormatException fault(String reason, Object... arguments) {
    return new ModelFormatException(file.header().source(), reason.formatted(arguments));
  }

  /** The sizes under the keys all architectures here share; defaults are those of llama.cpp. */
  Dimensions dimensions() {
    int embedding = count("embedding_length");
    int heads = count("attention.head_count");
    int headSize = embedding / heads;
    return new Dimensions(
        count("block_count"),
        embedding,
        count("feed_forward_length"),
        rowsOf("token_embd.weight"),
        count("context_length"),
        heads,
        findCount("attention.head_count_kv").orElse(heads),
        findCount("attention.key_length").orElse(headSize),
        findCount("attention.value_length").orElse(headSize),
        findNumber("attention.layer_norm_rms_epsilon")
            .orElseThrow(
                () ->
                    fault(
                        "key '%sattention.layer_norm_rms_epsilon' is missing; wanted a number",
                        prefix)));
  }

  private int rowsOf(String name) {
    List<Long> shape =
        file.header()
            .tensor(name)
            .orElseThrow(() -> fault("tensor '%s' is missing; wanted a matrix", name))
            .shape();
    if (shape.size() != 2 || shape.get(1) > Integer.MAX_VALUE) {
      throw fault("tensor '%s': found shape %s; wanted [embedding, vocabulary]", name, shape);
    }
    return shape.get(1).intValue();
  }

  static String layerName(int layer, String name) {
    return "blk." + layer + "." + name;
  }

  Tensor tensor(String name, long... shape) {
    return file.tensor(name, shape);
  }

  boolean has(String name) {
    return file.has(name);
  }

  Linear bind(Tensor tensor) {
    return kernels.bind(tensor);
  }

  /** The vector {@code name}, decoded. */
  float[] vector(String name, int size) {
    return decoded(file.tensor(name, size));
  }

  Optional<float[]> findVector(String name, int size) {
    return file.find(name, size).map(ModelReader::decoded);
  }

  private static float[] decoded(Tensor tensor) {
    float[] values = new float[tensor.columns()];
    Codecs.require(tensor.format(), "tensor '" + tensor.name() + "'")
        .decodeRow(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  RmsNorm norm(String name, int size, float epsilon) {
    return new RmsNorm(vector(name + ".weight", size), epsilon);
  }

  /** The matrix {@code name.weight} [rows, columns] with {@code name.bias} where there is one. */
  Projection projection(String name, int columns, int rows) {
    return new Projection(bind(tensor(name + ".weight", columns, rows)), bias(name, rows));
  }

  float @Nullable [] bias(String name, int rows) {
    return findVector(name + ".bias", rows).orElse(null);
  }

  /** Gate, up and down of one layer under their usual names. */
  FeedForward.Dense dense(int layer, Dimensions size, Activation activation) {
    return new FeedForward.Dense(
        activation,
        projection(layerName(layer, "ffn_gate"), size.embedding(), size.feedForward()),
        projection(layerName(layer, "ffn_up"), size.embedding(), size.feedForward()),
        projection(layerName(layer, "ffn_down"), size.feedForward(), size.embedding()));
  }

  /** All weights, given how one layer is read; without an output matrix the embedding serves. */
  Weights weights(Dimensions size, IntFunction<LayerWeights> readLayer) {
    Tensor embedding = tensor("token_embd.weight", size.embedding(), size.vocabulary());
    Projection output =
        has("output.weight")
            ? projection("output", size.embedding(), size.vocabulary())
            : new Projection(bind(embedding), null);
    List<LayerWeights> layers = new ArrayList<>();
    for (int i = 0; i < size.layers(); i++) {
      layers.add(readLayer.apply(i));
    }
    RmsNorm outputNorm = norm("output_norm", size.embedding(), size.epsilon());
    return new Weights(embedding, layers, outputNorm, output);
  }
}
