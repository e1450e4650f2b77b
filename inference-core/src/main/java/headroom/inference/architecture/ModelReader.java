package headroom.inference.architecture;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.Tensor;
import headroom.inference.tensor.WeightFile;
import headroom.inference.transformer.LayerNorm;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.Norm;
import headroom.inference.transformer.Projection;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.TransformerSpec;
import headroom.inference.transformer.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What architectures ask of a file: keys under their own prefix, and tensors bound to kernels. */
final class ModelReader extends ModelKeys {
  private final WeightFile file;
  private final Kernels kernels;
  private final Threads threads;
  private final String architecture;
  private final OptionalInt activeExperts;

  ModelReader(
      WeightFile file,
      Kernels kernels,
      Threads threads,
      String architecture,
      OptionalInt activeExperts) {
    super(file.header(), architecture + ".");
    this.file = file;
    this.kernels = kernels;
    this.threads = threads;
    this.architecture = architecture;
    this.activeExperts = activeExperts;
  }

  /** Experts that serve a token: as many as asked for, else as the file says. */
  int activeExperts() {
    return activeExperts.orElseGet(() -> count("expert_used_count"));
  }

  /** The sizes under the keys all architectures here share. */
  Dimensions dimensions() {
    int blocks = count("block_count");
    int predicting = findCount("nextn_predict_layers").orElse(0);
    if (predicting >= blocks) {
      throw fault(
          "key '%snextn_predict_layers' is %d; wanted fewer than the %d blocks",
          prefix(), predicting, blocks);
    }
    return new Dimensions(
        blocks - predicting,
        count("embedding_length"),
        rowsOf("token_embd.weight"),
        count("context_length"));
  }

  /** The heads of one layer that sees a window, where those have sizes of their own. */
  Heads localHeads(int layer) {
    Heads global = heads(layer);
    return heads(
        global.count(),
        global.kvCount(),
        findCount("attention.key_length_swa").orElse(global.keySize()),
        findCount("attention.value_length_swa").orElse(global.valueSize()));
  }

  /** The heads of one layer; defaults are those of llama.cpp. */
  Heads heads(int layer) {
    int heads = count("attention.head_count", layer);
    int headSize = Math.max(1, count("embedding_length") / count("attention.head_count", 0));
    return heads(
        heads,
        findCount("attention.head_count_kv", layer).orElse(heads),
        findCount("attention.key_length").orElse(headSize),
        findCount("attention.value_length").orElse(headSize));
  }

  private Heads heads(int heads, int kvHeads, int keySize, int valueSize) {
    if (heads % kvHeads != 0) {
      throw fault(
          "keys '%sattention.head_count' and '%1$sattention.head_count_kv' are %d and %d; wanted"
              + " a multiple of the latter",
          prefix(), heads, kvHeads);
    }
    if ((long) heads * Math.max(keySize, valueSize) > Integer.MAX_VALUE) {
      throw fault(
          "key '%sattention.head_count' is %d with heads of %d and %d elements; wanted rows of"
              + " fewer than 2^31",
          prefix(), heads, keySize, valueSize);
    }
    return new Heads(heads, kvHeads, keySize, valueSize);
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

  /** True where layers without a matrix of values take the keys before their norm (Gemma 4). */
  boolean sharesKeysAsValues() {
    return architecture.equals("gemma4");
  }

  /** Added under the root of root-mean-square norms. */
  float epsilon() {
    return number("attention.layer_norm_rms_epsilon");
  }

  Tensor tensor(String name, long... shape) {
    return file.tensor(name, shape);
  }

  boolean has(String name) {
    return file.has(name);
  }

  Linear bind(Tensor tensor) {
    return kernels.bind(tensor, threads);
  }

  /** The vector {@code name}, decoded. */
  float[] vector(String name, int size) {
    return row(file.tensor(name, size), 0);
  }

  Optional<float[]> findVector(String name, int size) {
    return file.find(name, size).map(tensor -> row(tensor, 0));
  }

  /** One row of a tensor, decoded. */
  static float[] row(Tensor tensor, int row) {
    float[] values = new float[tensor.columns()];
    BlockCodec codec = Codecs.require(tensor.format(), "tensor '" + tensor.name() + "'");
    codec.decodeRow(tensor.data(), row * tensor.rowBytes(), values, 0, values.length);
    return values;
  }

  RmsNorm norm(String name, int size) {
    return new RmsNorm(vector(name + ".weight", size), epsilon());
  }

  LayerNorm layerNorm(String name, int size) {
    return new LayerNorm(
        vector(name + ".weight", size), vector(name + ".bias", size), layerNormEpsilon());
  }

  /** A layer norm that only scales. */
  LayerNorm unbiasedLayerNorm(String name, int size) {
    return new LayerNorm(vector(name + ".weight", size), new float[size], layerNormEpsilon());
  }

  /** Added under the root of layer norms. */
  float layerNormEpsilon() {
    return number("attention.layer_norm_epsilon");
  }

  /** {@code name.weight} [rows, columns] with its scale and bias, where there are some. */
  Projection projection(String name, int columns, int rows) {
    return new Projection(
        bind(tensor(name + ".weight", columns, rows)), scale(name), bias(name, rows));
  }

  /** What a matrix's products are multiplied by: {@code name.scale}, 1 where there is none. */
  float scale(String name) {
    return findVector(name + ".scale", 1).map(scale -> scale[0]).orElse(1f);
  }

  float @Nullable [] bias(String name, int rows) {
    return findVector(name + ".bias", rows).orElse(null);
  }

  /** The whole model with root-mean-square norms, nothing scaled. */
  Architecture.Loaded model(Dimensions size, Function<LayerReader, LayerWeights> readLayer) {
    return model(size, TransformerSpec.Scaling.NONE, readLayer);
  }

  /** The whole model with layer norms, nothing scaled. */
  Architecture.Loaded layerNormed(Dimensions size, Function<LayerReader, LayerWeights> readLayer) {
    return model(
        size, TransformerSpec.Scaling.NONE, layerNorm("output_norm", size.embedding()), readLayer);
  }

  /** The whole model with root-mean-square norms. */
  Architecture.Loaded model(
      Dimensions size,
      TransformerSpec.Scaling scaling,
      Function<LayerReader, LayerWeights> readLayer) {
    return model(size, scaling, norm("output_norm", size.embedding()), readLayer);
  }

  /**
   * The whole model, given how one layer is read; without an output matrix the embedding serves.
   */
  Architecture.Loaded model(
      Dimensions size,
      TransformerSpec.Scaling scaling,
      Norm outputNorm,
      Function<LayerReader, LayerWeights> readLayer) {
    Tensor embedding = tensor("token_embd.weight", size.embedding(), size.vocabulary());
    Projection output =
        has("output.weight")
            ? projection("output", size.embedding(), size.vocabulary())
            : new Projection(bind(embedding), null);
    List<LayerWeights> layers = new ArrayList<>();
    for (int i = 0; i < size.layers(); i++) {
      layers.add(readLayer.apply(new LayerReader(this, i, size.embedding())));
    }
    return new Architecture.Loaded(
        new TransformerSpec(
            architecture, size.embedding(), size.vocabulary(), size.context(), scaling),
        new Weights(embedding, layers, outputNorm, output, null, null));
  }
}
