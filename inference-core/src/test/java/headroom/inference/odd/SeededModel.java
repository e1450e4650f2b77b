package headroom.inference.odd;

import headroom.gguf.GgufWriter;
import headroom.gguf.TensorPlan;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small model file whose weights follow from its name: the same bytes on every machine. */
final class SeededModel {
  /** Tokens of its vocabulary, which has no texts. */
  static final int VOCABULARY = 64;

  private final String architecture;
  private final Sizes sizes;
  private final long seed;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final Map<String, Values> tensors = new LinkedHashMap<>();

  /** What most layers are made of. */
  record Sizes(int layers, int embedding, int heads, int kvHeads, int headSize, int feedForward) {}

  /** Evenly spread values of this mean and standard deviation. */
  private record Values(List<Long> shape, float mean, float deviation) {}

  SeededModel(String name, String architecture, Sizes sizes) {
    this.architecture = architecture;
    this.sizes = sizes;
    this.seed = name.hashCode();
    keys.put("general.architecture", architecture);
    keys.put("general.name", name);
    keys.put("tokenizer.ggml.model", "no_vocab");
    key("vocab_size", VOCABULARY);
    key("block_count", sizes.layers());
    key("context_length", 512);
    key("embedding_length", sizes.embedding());
    key("feed_forward_length", sizes.feedForward());
    key("attention.head_count", sizes.heads());
    key("attention.head_count_kv", sizes.kvHeads());
    key("attention.key_length", sizes.headSize());
    key("attention.value_length", sizes.headSize());
    key("attention.layer_norm_rms_epsilon", 1e-5f);
    key("rope.dimension_count", sizes.headSize());
    key("rope.freq_base", 10_000f);
  }

  Sizes sizes() {
    return sizes;
  }

  /** Sets a key under the architecture's prefix. */
  SeededModel key(String key, Object value) {
    keys.put(architecture + "." + key, value);
    return this;
  }

  SeededModel without(String key) {
    keys.remove(architecture + "." + key);
    return this;
  }

  SeededModel yarn(float factor, int original) {
    return key("rope.scaling.type", "yarn")
        .key("rope.scaling.factor", factor)
        .key("rope.scaling.original_context_length", original);
  }

  SeededModel linear(float factor) {
    return key("rope.scaling.type", "linear").key("rope.scaling.factor", factor);
  }

  /** A matrix (columns, rows) or several; gain 1 keeps the length of what it multiplies. */
  SeededModel matrix(String name, double gain, long... shape) {
    return add(name, 0, gain / Math.sqrt(shape[0]), shape);
  }

  SeededModel vector(String name, double mean, double deviation, long... shape) {
    return add(name, mean, deviation, shape);
  }

  private SeededModel add(String name, double mean, double deviation, long... shape) {
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    tensors.put(name, new Values(dimensions, (float) mean, (float) deviation));
    return this;
  }

  SeededModel norm(String name, long size) {
    return vector(name + ".weight", 1, .15, size);
  }

  /** Embedding, output norm and output matrix. */
  SeededModel ends() {
    return matrix("output.weight", 3, sizes.embedding(), VOCABULARY).tied();
  }

  /** Embedding and output norm. */
  SeededModel tied() {
    return matrix("token_embd.weight", 2.8, sizes.embedding(), VOCABULARY)
        .norm("output_norm", sizes.embedding());
  }

  /** The name of a layer's tensor. */
  static String name(int layer, String name) {
    return "blk." + layer + "." + name;
  }

  /** Norms as wide as the embedding. */
  SeededModel norms(int layer, String... names) {
    for (String name : names) {
      norm(name(layer, name), sizes.embedding());
    }
    return this;
  }

  SeededModel biases(int layer, long size, String name) {
    return vector(name(layer, name) + ".bias", 0, .2, size);
  }

  SeededModel attention(int layer) {
    int queries = sizes.heads() * sizes.headSize();
    int keys = sizes.kvHeads() * sizes.headSize();
    return matrix(name(layer, "attn_q.weight"), 1.4, sizes.embedding(), queries)
        .matrix(name(layer, "attn_k.weight"), 1.4, sizes.embedding(), keys)
        .matrix(name(layer, "attn_v.weight"), 1, sizes.embedding(), keys)
        .matrix(name(layer, "attn_output.weight"), 1, queries, sizes.embedding());
  }

  /** Queries, keys and values in one matrix. */
  SeededModel fusedAttention(int layer) {
    int queries = sizes.heads() * sizes.headSize();
    int all = queries + 2 * sizes.kvHeads() * sizes.headSize();
    return matrix(name(layer, "attn_qkv.weight"), 1.2, sizes.embedding(), all)
        .matrix(name(layer, "attn_output.weight"), 1, queries, sizes.embedding());
  }

  SeededModel attentionBiases(int layer) {
    int keys = sizes.kvHeads() * sizes.headSize();
    return biases(layer, (long) sizes.heads() * sizes.headSize(), "attn_q")
        .biases(layer, keys, "attn_k")
        .biases(layer, keys, "attn_v");
  }

  /** A norm over each head of queries and keys. */
  SeededModel headNorms(int layer) {
    return norm(name(layer, "attn_q_norm"), sizes.headSize())
        .norm(name(layer, "attn_k_norm"), sizes.headSize());
  }

  /** Gate, up and down. */
  SeededModel network(int layer) {
    return matrix(name(layer, "ffn_gate.weight"), 1, sizes.embedding(), sizes.feedForward())
        .ungated(layer);
  }

  SeededModel ungated(int layer) {
    return matrix(name(layer, "ffn_up.weight"), 1, sizes.embedding(), sizes.feedForward())
        .matrix(name(layer, "ffn_down.weight"), 1.3, sizes.feedForward(), sizes.embedding());
  }

  /** Gate and up in one matrix. */
  SeededModel fusedNetwork(int layer) {
    return matrix(name(layer, "ffn_up.weight"), 1, sizes.embedding(), 2L * sizes.feedForward())
        .matrix(name(layer, "ffn_down.weight"), 1.3, sizes.feedForward(), sizes.embedding());
  }

  SeededModel experts(int layer, int count, int width) {
    int embedding = sizes.embedding();
    return matrix(name(layer, "ffn_gate_inp.weight"), 1.5, embedding, count)
        .matrix(name(layer, "ffn_gate_exps.weight"), 1, embedding, width, count)
        .matrix(name(layer, "ffn_up_exps.weight"), 1, embedding, width, count)
        .matrix(name(layer, "ffn_down_exps.weight"), 1.3, width, embedding, count);
  }

  SeededModel sharedExpert(int layer, int width) {
    return matrix(name(layer, "ffn_gate_shexp.weight"), 1, sizes.embedding(), width)
        .matrix(name(layer, "ffn_up_shexp.weight"), 1, sizes.embedding(), width)
        .matrix(name(layer, "ffn_down_shexp.weight"), 1, width, sizes.embedding());
  }

  /** Writes the file, all tensors in F32. */
  void write(Path file) {
    List<TensorPlan> plans =
        tensors.entrySet().stream()
            .map(t -> new TensorPlan(t.getKey(), t.getValue().shape(), QuantFormat.F32))
            .toList();
    try (GgufWriter writer = GgufWriter.open(file, keys, plans)) {
      for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
        writer.append(tensor.getKey(), values(tensor.getKey(), tensor.getValue()));
      }
      writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ByteBuffer values(String name, Values values) {
    long count = values.shape().stream().reduce(1L, (a, b) -> a * b);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(seed * 31 + name.hashCode()); // its numbers are specified
    float width = values.deviation() * (float) Math.sqrt(12);
    while (bytes.hasRemaining()) {
      bytes.putFloat(values.mean() + (random.nextFloat() - .5f) * width);
    }
    return bytes.flip();
  }
}
